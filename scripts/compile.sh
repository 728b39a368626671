#!/bin/sh
# The compiler's launcher: ccache, which must not find an old precompiled header where a new one is
# to be made, for it would take that for what the header says.
before=
for argument in "$@"; do
  case $before$argument in
    -o*.gch | -o*.pch) rm -f "$argument" ;;
  esac
  before=$argument
done
CCACHE_SLOPPINESS=pch_defines,time_macros exec ccache "$@"
