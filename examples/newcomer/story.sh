#!/usr/bin/env bash
# The newcomer: a repository, a first `inc declare`, and whatever `inc` says next, followed to the end.
set -euo pipefail
at() { export INC_NOW="2025-11-10T$1:00Z"; }
type_() { printf '\n$ %s\n' "$*"; "$@" 2>&1; }

at 09:00
type_ inc declare "checkout is down" || true # it asks how severe it is
type_ inc declare "checkout is down" -s SEV2

at 09:02
type_ inc ack
type_ inc assign commander alice
at 09:05
type_ inc timeline add "payment provider answers 500 since 08:55"
at 09:10
type_ inc
at 09:20
type_ inc comms post investigating --audience users "Checkout does not work for some of you. We are looking into it."
at 09:30
type_ inc identify "our credentials at the payment provider have expired"
at 09:35
type_ inc mitigate "new credentials are in place"
type_ inc show
at 09:50
type_ inc resolve "payments have gone through for 15 minutes"
type_ inc comms post resolved --audience users "Checkout works again. Nothing was charged twice."
type_ inc verify
type_ inc close
type_ inc check
