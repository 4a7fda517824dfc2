#!/usr/bin/env bash
# GitLab.com's database outage of 31 January 2017, recorded from its public post-mortem
# (https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/) in our own words.
# Two days; entries written late and out of order; a severity raised; one entry amended.
# The incident that it makes lives in this repository's own `incidents/`. Times are UTC and rounded as there.
. "$(dirname "$0")/../story.bash"
day 2026-11-20
at 12:00

type_ inc init

# Declared while it looked like an overload by spam.
type_ inc declare "GitLab.com: data of the primary database removed by mistake" -s SEV3 \
    --at "2017-01-31 19:10" --started "2017-01-31 19:00" --detected "2017-01-31 19:00" \
    --source monitoring --service database --service web --label data-loss
type_ inc waive INC-002 --reason "written down in 2026 from the public post-mortem of 2017"
type_ inc ack --at "2017-01-31 19:15" "addresses that send spam are blocked, accounts that send it removed"
type_ inc assign commander "database on call" --at "2017-01-31 19:15"

# The night, written down as people remembered it: not in order.
type_ inc update -s SEV1 --at "2017-01-31 23:30" --reason "the primary has lost most of its data; the site is down"
type_ inc timeline add --at "2017-01-31 23:00" \
    "The standby has fallen so far behind that the segments it needs are gone from the primary. It has to be copied anew by hand; pg_basebackup waits without a word."
type_ inc timeline add --kind down --service web --at "2017-01-31 23:30" \
    "Meant for the standby, the data directory of the primary is removed. The command is stopped within seconds; about 300 GB are gone, 4.5 GB are left."
type_ inc timeline add --at "2017-01-31 17:20" \
    "Before other work begins, a snapshot of the production database is taken for staging. It will turn out to be the newest copy there is."
type_ inc timeline add --at "2017-01-31 23:45" \
    "The backups in object storage are empty: pg_dump has failed for weeks because its version did not match the server's, and the mails that said so were rejected. Disk snapshots were never switched on for the database servers."
type_ inc comms post investigating --audience users --at "2017-01-31 23:50" \
    "We are performing emergency database maintenance; GitLab.com is offline."
type_ inc identify --at "2017-01-31 23:55" "A recovery command for the standby ran on the primary"
type_ inc decision "Restore from the staging snapshot of 17:20 rather than from the daily one" --at "2017-02-01 00:10" \
    --observe "Three kinds of backup hold nothing usable" \
    --orient "The staging snapshot is six hours old, the daily one up to a day" --decider "database on call"
type_ inc comms post identified --audience users --at "2017-02-01 00:36" \
    "A database was removed by mistake. We restore from a copy of 17:20 UTC; what was written since may be lost. We write everything down in a public document."
type_ inc timeline add --at "2017-02-01 01:00" \
    "Copying from staging begins. Its disks give about 60 Mbit/s, so it will take most of the day."
type_ inc mitigate --at "2017-02-01 17:00" "The database is restored, without webhooks"
type_ inc timeline add --kind up --service web --at "2017-02-01 17:00" "GitLab.com is back for users"
type_ inc resolve --at "2017-02-01 18:00" "Webhooks are back as well; everything was checked"
type_ inc comms post resolved --audience users --at "2017-02-01 18:15" \
    "GitLab.com is available again. Database changes between 17:20 and 00:00 UTC are lost; repositories and wikis are not affected."

# One entry was not exact enough. What it said at first stays, under `inc timeline list -v`.
type_ inc timeline amend 20170131T230000Z \
    "The standby lags by about 4 GB and the segments it needs are gone from the primary, as write-ahead logs are not archived. It has to be copied anew by hand; pg_basebackup waits without a word."
type_ inc verify --at "2017-02-01 18:30" "Restored data was compared with the snapshot"

# What it cost, why it could happen, what its authors set out to do.
type_ inc update \
    --set "analysis.summary=While a standby database was being rebuilt, the data directory of the primary was removed. No backup was usable; a snapshot made by chance six hours earlier was restored over 18 hours. Six hours of database changes are lost." \
    --set "impact.summary=GitLab.com was down for most of a day; about 5,000 projects, 5,000 comments and 700 accounts made in six hours are lost" \
    --set impact.service_down=true --set impact.visible=true --set impact.breach=no \
    --set "impact.data.affected+=projects, issues, comments and accounts made between 17:20 and 00:00 UTC" \
    --set "impact.data.safe+=Git repositories and wikis"
type_ inc update \
    --set "analysis.what_happened=Load by spam, and the removal of a large account as abuse, put the primary database under pressure, and its standby fell behind. Rebuilding the standby failed several times in silence. In the next attempt its empty data directory was to be removed; the command ran on the primary." \
    --set "analysis.contributing_factors+=Prompts of primary and standby looked alike" \
    --set "analysis.contributing_factors+=The standby could only be rebuilt by hand, with a tool that waits in silence" \
    --set "analysis.contributing_factors+=Alerts about failed backups went by mail, and were rejected" \
    --set "analysis.resolution=The staging snapshot was copied back, and the database restored from it" \
    --set "analysis.went_well+=A public document and a live stream told everybody what was being done" \
    --set "analysis.to_improve+=Restoring a backup was never rehearsed" \
    --set "analysis.lucky+=A snapshot had been taken by hand six hours before" \
    --set "analysis.lessons.technical+=A backup that was never restored is not a backup" \
    --set "analysis.lessons.process+=Somebody has to own backups" \
    --set "review.author=the maintainers of inc, from the public post-mortem"
type_ inc why --question "Why was data lost?" "The data directory of the primary was removed, and no backup was newer than six hours"
type_ inc why --question "Why was it removed?" "A command meant for the standby ran on the primary; nothing told the two apart"
type_ inc why --question "Why was anything to be removed?" "Replication had stopped, and a standby could only be rebuilt by hand into an empty directory"
type_ inc why --question "Why was there no backup?" "pg_dump failed at each run because of its version, and the mails that said so were rejected"
type_ inc why --question "Why did nobody notice?" "Nobody owned the backups, and no restore was ever tried"
type_ inc action add "Archive write-ahead logs, so that a lagging standby catches up by itself" --horizon immediate --type corrective --owner "GitLab infrastructure"
type_ inc action add "Show host and role in every database prompt, in colour" --horizon immediate --type preventive --owner "GitLab infrastructure"
type_ inc action add "Restore a backup automatically each day, and alert when it fails" --horizon preventive --type preventive --owner "GitLab infrastructure"
type_ inc action add "Give the backups an owner" --horizon preventive --type preventive --owner "GitLab infrastructure"

# The post-mortem is retold here, so what only its own authors can do is accepted, with the reason.
type_ inc waive INC-004 --reason "the public document and the live stream told everybody at once; nobody else is named"
type_ inc waive action-incomplete --reason "the days are in GitLab's own tracker"
type_ inc waive --obligation war-room --reason "worked in a video call that was streamed; no time is given"
type_ inc waive --obligation escalate-sev1 --reason "the source does not say when management was told"
type_ inc waive --obligation relief --reason "the source does not name who led when"
type_ inc waive --obligation postmortem-planned --reason "the source does not say when they met"
type_ inc waive --obligation postmortem-held --reason "the source does not say when they met"
type_ inc waive --obligation postmortem-approved --reason "GitLab published its own on 10 February 2017; this is a retelling"
type_ inc postmortem new
type_ inc postmortem submit
type_ inc registry

# What is left is true: it took a day, and the first words to users came late.
type_ inc check
