#!/usr/bin/env bash
# Incident Process (NASA-Grade L4) : un invariant est violé, le système revient à un état scellé. Le plan de
# rollback est approuvé par une seconde personne. Heures UTC.
. "$(dirname "$0")/../story.bash"
day 2025-11-20

# Le dépôt de l'équipe : la version 2.3.0 est scellée, la 2.4.0 vient d'être mise en service.
at 07:00
export GIT_AUTHOR_DATE=2025-11-18T09:00:00Z GIT_COMMITTER_DATE=2025-11-18T09:00:00Z
echo "arrondi: au centime" > registre.yaml
git add registre.yaml && git commit -qm "registre 2.3.0"
git tag -a SEALED-2.3.0 -m "scellée après audit"
echo "arrondi: aucun" > registre.yaml
git commit -qam "registre 2.4.0"
unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE
type_ inc init --process nasa-l4

# Détection : horodater, préserver les preuves, alerter l'équipe, créer l'incident.
at 08:05
type_ inc declare "Invariant violé : la somme des soldes ne vaut plus le total du registre" -s HIGH \
    --source monitoring --started 07:30 --detected 08:00 --service registre
type_ inc update --set "criteria+=invariant" --set "criteria+=incorrect_result"
type_ inc notify equipe --at 08:05
printf 'total du registre  1204883.10\nsomme des soldes   1204883.07\n' > audit.txt
type_ inc evidence add audit.txt --text "Sortie du contrôle d'invariant de 08:00"
rm audit.txt
type_ inc assign lead alice
at 08:10
type_ inc ack
type_ inc notify responsable_technique
type_ inc notify direction
type_ inc comms post investigating --audience stakeholders \
    "Un invariant du registre est violé depuis 07:30. Les écritures sont suspendues."

# Investigation, puis la décision humaine, documentée.
at 08:40
type_ inc identify "La version 2.4.0 n'arrondit plus au centime"
type_ inc decision "Revenir à la version scellée 2.3.0" \
    --observe "Chaque écriture ajoute un écart de quelques millièmes" \
    --orient "Un correctif demande un nouvel audit : impossible dans le SLA" --act "Rollback vers SEALED-2.3.0" --decider alice

# Le rollback : plan, validation, approbation par une seconde personne, exécution, vérification.
type_ inc rollback plan --target SEALED-2.3.0 --because fix-impossible \
    --decision "Revenir à la version scellée 2.3.0" --decider alice
type_ inc rollback validate
at 08:50
refused inc rollback approve
type_ inc rollback approve --by bertrand
at 09:00
git checkout -q SEALED-2.3.0 -- registre.yaml && git commit -qm "registre : retour à 2.3.0"
type_ inc rollback execute "registre.yaml revient à 2.3.0"
at 09:10
type_ inc rollback verify --result ok "La somme des soldes vaut de nouveau le total du registre"
type_ inc mitigate "Retour à la version 2.3.0"
type_ inc resolve "L'invariant tient depuis le rollback"
type_ inc verify "Contrôle d'invariant de 09:15 sans écart"
type_ inc comms post resolved --audience stakeholders "L'invariant du registre tient de nouveau ; les écritures ont repris."

# Post-mortem obligatoire : les sept parties de INCIDENT.md.
day 2025-11-21
at 10:00
type_ inc update \
    --set "analysis.summary=La version 2.4.0 n'arrondissait plus au centime et violait l'invariant du registre. Le retour à la version scellée 2.3.0 l'a rétabli." \
    --set "impact.summary=Les soldes de 41 comptes étaient faux de quelques centimes" \
    --set "analysis.resolution=Rollback vers SEALED-2.3.0, puis recalcul des 41 soldes" \
    --set analysis.root_cause.status=found \
    --set "analysis.root_cause.text=Aucun test ne vérifie l'invariant avant une mise en service" \
    --set review.author=alice
type_ inc action add "Vérifier l'invariant avant chaque mise en service" --owner bertrand --due 2025-11-28 --type preventive --horizon immediate
type_ inc postmortem new
type_ inc checklist done actions-preventives mettre-a-jour-runbooks partager-learnings
type_ inc postmortem submit
type_ inc postmortem approve --by bertrand
# Les cases de la fin du document se cochent à la main, une fois la chose faite.
refused inc postmortem close
tick_boxes incidents/2025/*/POSTMORTEM.md
type_ inc postmortem close
at 10:05
type_ inc close
type_ inc check
