#!/bin/sh
# layers.sh accepts a right tree and finds each wrong include that is planted in it.
set -eu
layers=$LONGHAUL_SOURCE/tests/layers/layers.sh

for layer in base store sys metrics diag cli; do
  mkdir -p "libcore/$layer"
  : >"libcore/$layer/$layer.hpp"
done
mkdir -p tools/one/inner tools/two
: >tools/one/one.hpp
: >tools/one/inner/part.hpp
: >tools/two/two.hpp

plant() { printf '#pragma once\n#include <vector>\n#include <sys/types.h>\n%s\n' "$2" >"$1"; }

plant libcore/diag/right.hpp '#include "base/base.hpp"'
plant libcore/cli/right.hpp '#include "sys/sys.hpp"'
plant tools/one/main.cpp '#include "cli/cli.hpp"'
plant tools/one/more.cpp '#include "one.hpp"'
plant tools/one/inner/part.cpp '#include "inner/part.hpp"'
"$layers" . || { echo "FAILED: a right tree is refused"; exit 1; }

failures=0
refused() {
  plant "$1" "$2"
  if "$layers" . >said; then
    echo "FAILED: $1 may have $2"
    failures=1
  elif ! grep -q "^$1 includes" said; then
    echo "FAILED: $1 is not named: $(cat said)"
    failures=1
  fi
  rm "$1"
}

refused libcore/base/wrong.hpp '#include "cli/cli.hpp"'
refused libcore/base/wrong.cpp '  #  include "sys/sys.hpp"'
refused libcore/base/wrong.cpp '#include <sys/sys.hpp>'
refused libcore/sys/wrong.cpp '#include "store/store.hpp"'
refused libcore/store/wrong.cpp '#include "sys/sys.hpp"'
refused libcore/metrics/wrong.cpp '#include "diag/diag.hpp"'
refused libcore/diag/wrong.cpp '#include "cli/cli.hpp"'
refused libcore/diag/wrong.cpp '#include "diag.hpp"'
refused libcore/cli/wrong.cpp '#include "../../tools/one/one.hpp"'
refused libcore/cli/wrong.cpp '#include "tools/one/one.hpp"'
refused tools/one/wrong.cpp '#include "two.hpp"'
refused tools/one/wrong.cpp '#include "../two/two.hpp"'
refused tools/one/wrong.cpp '#include "two/two.hpp"'
exit $failures
