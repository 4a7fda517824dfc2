#!/usr/bin/env bash
# KoproGo's worked example: 10 November 2025, from the alert at 14:30 to the resolution at 14:45, and what
# was learned from it. Times are UTC.
. "$(dirname "$0")/../story.bash"
day 2025-11-10

at 14:20
type_ inc init --process koprogo

# The alert fires; a minute later somebody declares it and calls the on-call engineer.
at 14:31
type_ inc declare "API latency above 5 s" -s P1 --source alertmanager --service api
type_ inc timeline add --kind detected --source alertmanager --at 14:30 "Alert fired: API P99 > 5s"
type_ inc notify sre_oncall --channel slack
at 14:32
type_ inc ack
type_ inc comms post investigating --channel status_page --at 14:30 \
    "We are currently investigating issues with login functionality."
type_ inc update --set "ticket=koprogo/koprogo#412"

# Cause, mitigation, resolution: five minutes each.
at 14:35
type_ inc identify "DB connection pool exhausted"
type_ inc comms post identified --channel status_page \
    "The issue has been identified as a database connection problem."
at 14:40
type_ inc mitigate "Restarted API service"
type_ inc show
at 14:45
type_ inc resolve "Latency back to normal"
type_ inc comms post resolved --channel status_page "The login functionality has been restored."

# Afterwards: whom it hurt, why it happened, what will be done.
at 15:30
type_ inc update --set "impact.summary=Login slow or impossible for all users" --set impact.users.percent=100
type_ inc update --set analysis.root_cause.status=found \
    --set "analysis.root_cause.text=Database connection pool size (10) insufficient under peak load."
type_ inc action add "Increase connection pool to 20" --owner alice --due 2025-11-14
type_ inc action add "Add alert for connection pool usage > 80%" --owner bob --due 2025-11-17
type_ inc action add "Load test with realistic traffic" --owner carol --due 2025-11-28

# The post-mortem has two days; it begins today, with all that is known. The three messages, as users read them.
type_ inc postmortem new --meeting "2025-11-12 10:00"
type_ inc render status-update
type_ inc check
