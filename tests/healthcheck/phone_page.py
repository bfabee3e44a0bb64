"""phone_page.py PAGE WIDTH...: a page that shows PAGE so wide, and then says how wide its content became."""
import html
import sys

page = html.escape(open(sys.argv[1], encoding="utf-8").read())
for width in sys.argv[2:]:
    print(f'<iframe width="{width}" height="800" style="border:0" srcdoc="{page}"></iframe>')
print("""<p></p><script>
onload = () => {
  const widths = [...document.querySelectorAll("iframe")].map(
    frame => frame.width + " " + Math.max(frame.width, frame.contentDocument.documentElement.scrollWidth));
  document.querySelector("p").textContent = widths.join(" ");
};
</script>""")
