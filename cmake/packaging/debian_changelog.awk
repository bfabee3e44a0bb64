# The Debian changelog of CHANGELOG.md: an entry for each release, and for a version between two releases (N.N.N+…) one
# of what stands above the last.
# Variables: version, what is packaged; date, of its last commit; maintainer.

function date_of(day,  command, line) {
  command = "date -u -R -d " day
  command | getline line
  close(command)
  return line
}

function begin_entry(name, day) {
  end_entry()
  printf "%slonghaul (%s) unstable; urgency=medium\n\n", (entries++ ? "\n" : ""), name
  entry_date = day
  items = 0
}

function end_entry() {
  end_item()
  if (!entries) return
  if (!items) print "  * Built between two releases."
  printf "\n -- %s  %s\n", maintainer, entry_date
}

# An item is filled anew: the lines of a Debian changelog have 80 columns.
function end_item(  words, count, i, line) {
  count = split(text, words, " ")
  line = lead words[1]
  for (i = 2; i <= count; i++) {
    if (length(line " " words[i]) > 79) {
      print line
      line = indent words[i]
    } else {
      line = line " " words[i]
    }
  }
  if (count) print line
  text = ""
}

function begin_item(mark, column, words) {
  end_item()
  items++
  lead = sprintf("%" column "s%s ", "", mark)
  indent = sprintf("%" (column + 2) "s", "")
  text = words
}

BEGIN {
  released = version
  if (sub(/\+.*/, "", released)) begin_entry(version, date)
}

/^## / {
  name = substr($2, 2, length($2) - 2)
  if (name == released) past_changes = 1
  if (past_changes) begin_entry(name, date_of($4))
  next
}
!entries { next }
/^### / { end_item(); printf "%s  [ %s ]\n", (items ? "\n" : ""), substr($0, 5); next }
/^- / { begin_item("*", 2, substr($0, 3)); next }
/^  - / { begin_item("-", 4, substr($0, 5)); next }
/^ / { text = text " " $0 }
END { end_entry() }
