#!/usr/bin/env bash
# The standard process at its worst severity: answers to five questions make it a SEV1, a war room is opened,
# the command is handed over. Times are UTC.
. "$(dirname "$0")/../story.bash"
day 2025-11-17

at 21:00
type_ inc init

# How bad is it? The process asks; `inc` counts, and shows how.
at 21:04
type_ inc classify --users 60 --revenue 25 --workaround none --function core --security none
type_ inc declare "No page loads in Europe" --classify users=60,revenue=25,workaround=none,function=core,security=none \
    --type outage --source monitoring --started 20:55 --detected 21:00 --service web --commander alice
type_ inc timeline add --kind down --service web --at 20:55 "No page loads from Frankfurt, Paris and Madrid"
type_ inc notify on_call --channel phone
at 21:06
type_ inc ack
type_ inc warroom open "https://meet.example.com/inc"
type_ inc assign technical_lead bob
type_ inc assign communications carol
at 21:10
type_ inc comms post investigating --audience users "Our pages do not load in Europe. We are looking into it."
type_ inc comms post investigating --audience internal "No page loads in Europe since 20:55. War room is open."
type_ inc comms post investigating --audience management "60 % of users cannot work; we do not know the cause yet."
type_ inc update --set "impact.summary=Users in Europe cannot load any page" --set impact.visible=true
type_ inc warroom brief "The load balancers of Europe answer nothing; America is well. Nothing was deployed since noon."
type_ inc runbook show
type_ inc checklist done outage-scope outage-changed

# An hour passes; words to users every half hour, a check-in for the room, a call to management.
at 21:38
type_ inc warroom checkin "The certificate of the European load balancers looks wrong. Bob compares it with the American one."
type_ inc comms post identified --audience users "We have found the cause, a certificate, and are replacing it."
at 21:40
type_ inc identify "The certificate of the European load balancers was replaced by one for another name"
type_ inc escalate L3 --text "Users in Europe have been locked out for 45 minutes"
at 21:55
type_ inc decision "Send Europe's traffic to America until the right certificate is signed" \
    --observe "The right certificate takes two hours to be signed" \
    --orient "America has room for all; pages get slower by 100 ms" --act "Change the DNS records"
at 22:05
type_ inc timeline add --kind up --service web "Pages load from all three cities"
type_ inc mitigate "Europe is served from America"
type_ inc comms post monitoring --audience users "Pages load again, a little slower than usual. We are watching it."

# The night is long: whoever leads hands over, and says what is known.
at 22:30
type_ inc handover commander dana "Traffic is in America. The certificate comes at about midnight; then send Europe back, one tenth first."
type_ inc comms post monitoring --audience users "All is stable. We will move back to the usual servers around midnight."
at 22:58
type_ inc comms post monitoring --audience users "All is stable still."
type_ inc show
at 23:20
type_ inc resolve "The right certificate is in place; Europe is served from Europe"
type_ inc comms post resolved --audience users "Our pages load everywhere, at their usual speed. We are sorry for the trouble."
type_ inc comms post resolved --audience internal "Resolved at 23:20; post-mortem on Wednesday."
type_ inc comms post resolved --audience management "Resolved at 23:20."
type_ inc comms post resolved --audience partners "Pages did not load in Europe from 20:55 to 22:05. They do again."
type_ inc warroom close "Dana watches tonight"
at 23:55
type_ inc verify "Half an hour without an error, from five cities"
type_ inc checklist done outage-check

# Two days later: what was learned.
day 2025-11-18
at 10:00
type_ inc update \
    --set "analysis.summary=No page loaded in Europe for 70 minutes because a wrong certificate was rolled out. Traffic went through America until the right one was signed." \
    --set "impact.summary=Users in Europe could not load any page from 20:55 to 22:05" \
    --set "impact.features+=pages in Europe" --set impact.service_down=true --set impact.visible=true \
    --set "analysis.what_happened=A script renews the certificates each month. This time it took the name of another environment, and nothing compared the new certificate with the old one before it was rolled out." \
    --set "analysis.contributing_factors+=Certificates are rolled out to a whole region at once" \
    --set "analysis.resolution=The right certificate was signed and rolled out one tenth at a time" \
    --set "analysis.went_well+=The war room stood within six minutes" \
    --set "analysis.to_improve+=Monitoring did not name the certificate" \
    --set "analysis.lucky+=America had room for Europe's evening" \
    --set "analysis.lessons.technical+=A certificate is a deployment: one tenth first" \
    --set review.author=bob --set review.facilitator=carol
type_ inc postmortem new --meeting "2025-11-19 10:00"
type_ inc why "Browsers refused the certificate in Europe"
type_ inc why "It was made for the name of another environment"
type_ inc why "The script takes the name from a file that two environments share"
type_ inc why "Nothing compares a new certificate with the one that it replaces"
type_ inc why "Certificates are not treated as a change that is tested"
type_ inc action add "Compare names before a certificate is rolled out" --owner bob --due 2025-11-24 --horizon immediate --type corrective
type_ inc action add "Roll certificates out to one server first" --owner dana --due 2025-12-05 --horizon preventive --type preventive
day 2025-11-19
at 11:00
type_ inc postmortem submit --by bob
type_ inc postmortem approve --by dana
type_ inc render executive-summary
type_ inc waive INC-004 --reason "The press did not ask"
type_ inc registry
type_ inc check
