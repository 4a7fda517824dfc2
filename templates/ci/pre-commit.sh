#!/bin/sh
# Checks incidents before each commit that touches them. Written by `inc init --hooks`.
# `git commit --no-verify` goes past it, when an incident cannot wait.
git diff --cached --quiet -- incidents processes inc.yaml && exit 0
command -v inc > /dev/null || {
    echo "inc is not on the PATH: incidents are not checked" >&2
    exit 0
}
exec inc check
