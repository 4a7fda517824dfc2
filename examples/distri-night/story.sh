#!/usr/bin/env bash
# DISTRI-NIGHT, l'exemple du playbook : le 22 novembre 2025, un déploiement défaillant arrête l'application
# pendant 23 minutes pour 100 % des utilisateurs ; un rollback immédiat la rétablit. Heures d'Abidjan (GMT).
. "$(dirname "$0")/../story.bash"
day 2025-11-22

at 19:00
type_ inc init --process distri-night

# T+0 : Sentry alerte trois minutes après le déploiement de 20:00.
at 20:03
type_ inc declare "Application complète inaccessible" -s P1 --type INC-01 --started 20:00 --detected 20:03 \
    --service application --source sentry --commander awa
type_ inc timeline add --kind down --service application --at 20:00 "Toutes les pages répondent 500"
type_ inc update --set recent_deploy=true \
    --set impact.users.percent=100 --set impact.visible=true --set impact.service_down=true
type_ inc escalate L3 --at 20:03
type_ inc warroom open --at 20:03
type_ inc notify cto --channel call --at 20:03
type_ inc ack
type_ inc checklist done inc01-validation wr-pin-details

# T+1 : postes prévenus, premier message.
at 20:04
type_ inc notify devops_lead --channel call
type_ inc notify dev_lead --channel call
type_ inc notify ceo --channel email
type_ inc notify coo --channel email
type_ inc comms post investigating --audience users --channel status_page
at 20:05
type_ inc respond
type_ inc assign technical_lead koffi
type_ inc assign scribe mariam
type_ inc assign communications yao
type_ inc comms post investigating --audience internal "Panne complète depuis 20:00 ; la War Room est ouverte."
type_ inc comms post investigating --audience management "100 % des utilisateurs sont touchés ; diagnostic en cours."
type_ inc checklist done wr-timeline wr-objectifs wr-assignments wr-plan-diagnostic
type_ inc warroom brief "Toutes les pages répondent 500 depuis le déploiement de 20:00."

# La boucle OODA de l'IC : ce qui est vu attend une décision, dix minutes au plus.
type_ inc decision --observe "Les erreurs commencent avec le déploiement de 20:00" --type go-no-go

# T+4 : la cause, et la décision du rollback.
at 20:07
type_ inc checklist done inc01-vercel inc01-supabase inc01-cloudflare inc01-logs inc01-modification inc01-hypotheses
type_ inc identify "Déploiement de 20:00 défaillant"
type_ inc update --set analysis.root_cause.status=found \
    --set "analysis.root_cause.text=Test coverage insuffisant sur nouvelle fonctionnalité"
type_ inc comms post identified --channel status_page --value eta_minutes=15
type_ inc decision "Rollback vers la version précédente" \
    --orient "Le rollback prend dix minutes, un correctif une heure au moins" --act "Koffi exécute" --decider awa
at 20:09
type_ inc timeline add "Rollback démarré"
type_ inc checklist done inc01-documentation
type_ inc comms post identified --audience users --channel email \
    "L'application est indisponible depuis 20:00. La version précédente est en cours de remise en service."
at 20:15
type_ inc comms post monitoring --channel status_page
type_ inc checklist done inc01-health inc01-fonctions inc01-metriques inc01-confirmation

# T+20 : service restauré, 23 minutes après le début.
at 20:23
type_ inc timeline add --kind up --service application --at 20:23 "La version précédente est en service"
type_ inc mitigate --at 20:23 "Rollback terminé"
type_ inc resolve --at 20:23 "Service restauré"
type_ inc update --set "analysis.resolution=Rollback immédiat du déploiement de 20:00"
type_ inc verify "Health endpoints, login et commandes testés"
type_ inc postmortem new --meeting "2025-11-24 09:00"
at 20:30
type_ inc comms post resolved --audience users --channel status_page --channel email
type_ inc comms post resolved --audience management "Service restauré à 20:23 ; post-mortem lundi à 09:00."
type_ inc comms post resolved --audience partners "L'application a été indisponible de 20:00 à 20:23 ; elle est rétablie."
type_ inc approve resolution --by awa
at 21:05
type_ inc warroom close
type_ inc waive INC-004 --reason "La presse n'a rien demandé ; la page de statut est publique"

# Le rapport : le résumé est celui que donne le playbook.
type_ inc update \
    --set "analysis.summary=Le 22 novembre 2025, l'application DISTRI-NIGHT a subi une panne complète de 23 minutes suite à un déploiement défaillant. 100% des utilisateurs ont été impactés, aucune commande n'était possible. Un rollback immédiat a résolu le problème." \
    --set "impact.summary=Application indisponible, aucune commande possible" \
    --set impact.users.count=1250 --set impact.users.total=1250 --set impact.transactions_lost=37 \
    --set impact.cost.amount=450000 --set impact.cost.currency=FCFA --set impact.reputation=Faible
type_ inc update \
    --set "analysis.contributing_factors+=Déploiement un samedi soir, à l'heure de pointe" \
    --set "analysis.contributing_factors+=Aucune review de la couverture de tests" \
    --set "analysis.method=5 Whys" \
    --set "analysis.why_it_worked=La version précédente était intacte, et le rollback ne demandait aucune migration" \
    --set "analysis.went_well+=Détection en trois minutes" --set "analysis.went_well+=War Room ouverte aussitôt" \
    --set "analysis.to_improve+=Tester la nouvelle fonctionnalité avant de la déployer" \
    --set "analysis.lessons.process+=Pas de déploiement à l'heure de pointe" \
    --set review.author=mariam
type_ inc why "L'application est tombée"
type_ inc why "Le déploiement a introduit un bug"
type_ inc why "Les tests n'ont pas détecté le bug"
type_ inc why "La couverture de tests était insuffisante"
type_ inc why "Aucune review de la couverture n'est demandée"
type_ inc action add "Demander 80 % de couverture pour chaque nouvelle fonctionnalité" --owner koffi --impact medium --effort high --ticket DN-118 --due 2025-12-01 --follow-up "mariam, 2026-01-12" \
    --type preventive --horizon immediate
type_ inc action add "Interdire les déploiements de 18:00 à 23:00" --owner awa --impact high --effort low --ticket DN-119 --due 2025-11-28 --follow-up "mariam, 2025-12-08" --type preventive --horizon immediate
type_ inc action add "Déployer d'abord pour 5 % des utilisateurs" --owner koffi --impact high --effort medium --ticket DN-120 --due 2025-12-19 --follow-up "mariam, 2026-02-02" --type preventive --horizon strategic

# Les quatre messages, tels que les utilisateurs les ont lus.
type_ inc render status-update
type_ inc check
