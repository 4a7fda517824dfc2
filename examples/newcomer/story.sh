#!/usr/bin/env bash
# The newcomer: a repository, a first `inc declare`, and whatever `inc` says next, followed to the end.
. "$(dirname "$0")/../story.bash"
day 2025-11-10

# Something is wrong. How wrong? `inc` asks before it writes anything.
at 09:00
refused inc declare "checkout is down"
type_ inc declare "checkout is down" -s SEV2 --service checkout --source user

# The first minutes, as `inc` lists them: tell somebody, take it, lead it.
at 09:01
type_ inc notify on_call
at 09:02
type_ inc ack
type_ inc assign commander alice
at 09:05
type_ inc timeline add --kind started --at 08:55 "The payment provider answers 500"

# What was due again? `inc` alone says it.
at 09:10
type_ inc
at 09:20
type_ inc comms post investigating --audience users "Checkout does not work for some of you. We are looking into it."
type_ inc comms post investigating --audience internal "Checkout fails since 08:55; the payment provider answers 500."

# The cause is found and mended; a while later it is sure to be over.
at 09:30
type_ inc identify "Our credentials at the payment provider have expired"
at 09:35
type_ inc mitigate "New credentials are in place"
type_ inc show
at 09:50
type_ inc resolve "Payments have gone through for 15 minutes"
at 09:55
type_ inc comms post resolved --audience users "Checkout works again. Nothing was charged twice."
type_ inc comms post resolved --audience internal "Checkout works again; the credentials had expired."
at 10:20
type_ inc verify "Half an hour without a failed payment"

# A SEV2 incident asks for a post-mortem. What has a field goes into the record.
at 11:00
type_ inc postmortem new --meeting "2025-11-12 10:00"
type_ inc update \
    --set "analysis.summary=Checkout failed for 40 minutes because our credentials at the payment provider had expired. New ones ended it." \
    --set "impact.summary=Every payment failed from 08:55 to 09:35" \
    --set impact.users.percent=35 --set review.author=alice
type_ inc update \
    --set "analysis.what_happened=At 08:55 the payment provider began to refuse our requests. A user wrote to us at 09:00; the provider's status page showed nothing." \
    --set "analysis.went_well+=Users were told after 20 minutes" \
    --set "analysis.to_improve+=No alert fired: a user was faster" \
    --set "analysis.lucky+=It was early in the morning" \
    --set "analysis.lessons.technical+=Whatever expires needs an alert before it does"
type_ inc why "The payment provider refused every request"
type_ inc why "Our credentials there had expired"
type_ inc why "Nobody was reminded of the day on which they expire"
type_ inc why "The reminder went to a mailbox that nobody reads"
type_ inc why "Credentials have no owner and no list"
type_ inc action add "List all credentials with the day on which they expire" --owner alice --due 2025-11-21 --horizon immediate
type_ inc action add "Alert two weeks before a credential expires" --owner bob --due 2025-11-28 --horizon preventive

# The meeting is on Wednesday. Whoever wrote the post-mortem does not approve it.
day 2025-11-12
at 11:00
type_ inc postmortem submit
refused inc postmortem approve
at 11:30
type_ inc postmortem approve --by bob

# Nothing is left but the two actions, which `inc action list` and `inc due` keep in view.
at 11:45
type_ inc postmortem close
type_ inc close
type_ inc action list
type_ inc registry
type_ inc check
