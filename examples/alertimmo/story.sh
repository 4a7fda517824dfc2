#!/usr/bin/env bash
# AlertImmo : deux heures sans paiement, le 18 novembre 2025, et l'escalade jusqu'à la Direction (L4).
# Heures de Paris.
. "$(dirname "$0")/../story.bash"
day 2025-11-18 +01:00

at 09:00
type_ inc init --process alertimmo

# L'alerte de 10:00 ; l'équipe de support (L1) est prévenue tout de suite.
at 10:03
type_ inc declare "Paiement en ligne en panne" -s critique --started 09:58 \
    --service paiement --service annonces-premium
type_ inc timeline add --kind detected --source alerts --at 10:00 "Alerte : plus aucun paiement accepté"
type_ inc update --set impact.visible=true --set "impact.features+=le paiement en ligne"
type_ inc escalate L1
type_ inc assign commander claire
at 10:05
type_ inc ack "Confirmé : aucun paiement ne passe depuis 09:58"
at 10:08
type_ inc comms post investigating --channel homepage
type_ inc comms post investigating --audience stakeholders \
    "Le paiement en ligne est en panne depuis 09:58. L'équipe de support cherche la cause."
type_ inc timeline add --kind down --service paiement --at 09:58 "Tous les paiements échouent"

# Un quart d'heure, puis une demi-heure sans résolution : L2, puis L3.
at 10:18
type_ inc escalate L2 --text "Le prestataire répond, nos requêtes partent sans signature"
at 10:25
type_ inc timeline add "Le redémarrage du service de paiement ne change rien"
at 10:33
type_ inc escalate L3 --text "La cause n'est pas trouvée"
at 10:36
type_ inc comms post investigating --channel homepage --channel email
at 10:50
type_ inc identify "Le coffre de secrets a renouvelé la clé de signature ; le service garde l'ancienne"
at 11:03
type_ inc comms post identified --channel homepage

# Plus d'une heure : `inc tick`, que lance une tâche planifiée, prévient la Direction.
at 11:04
type_ inc tick
type_ inc due
at 11:30
type_ inc comms post identified --channel homepage \
    "La correction est prête et en cours de test. Prochaine mise à jour avant 12:00."
at 11:45
type_ inc mitigate "La nouvelle clé est chargée sur la moitié des serveurs"
at 11:57
type_ inc comms post monitoring --channel homepage
at 12:00
type_ inc timeline add --kind up --service paiement "Les paiements passent sur tous les serveurs"
type_ inc resolve "La nouvelle clé est chargée partout"
at 12:10
type_ inc comms post resolved --channel homepage --channel email
type_ inc comms post resolved --audience stakeholders \
    "Le paiement en ligne est rétabli depuis 12:00. Un compte rendu suivra."
at 12:30
type_ inc verify "Aucun paiement en échec depuis trente minutes"

# Le lendemain : cinq pourquoi, actions correctives, leçons.
day 2025-11-19 +01:00
at 10:00
type_ inc update \
    --set "impact.summary=Aucun paiement en ligne pendant deux heures" \
    --set impact.users.count=1840 --set impact.transactions_lost=312 \
    --set "analysis.lessons.technical+=Un service doit relire ses secrets sans redémarrer" \
    --set "analysis.lessons.process+=Un renouvellement de clé s'annonce aux équipes qui s'en servent" \
    --set "analysis.lessons.communication+=Le message de 10:08 a évité des appels au support"
type_ inc update \
    --set "analysis.summary=Aucun paiement en ligne n'est passé pendant deux heures : le service signait ses requêtes avec une clé remplacée. La nouvelle clé, chargée partout, a rétabli le service." \
    --set "analysis.what_happened=À 09:58, le coffre de secrets a renouvelé la clé de signature. Le service de paiement a gardé l'ancienne en mémoire, et le prestataire a refusé toutes ses requêtes." \
    --set "analysis.contributing_factors+=Le renouvellement automatique datait de la veille" \
    --set "analysis.went_well+=L'alerte est arrivée en deux minutes" \
    --set "analysis.to_improve+=La cause a été cherchée 45 minutes du côté du prestataire" \
    --set "analysis.lucky+=Aucun client n'a été débité deux fois" \
    --set impact.max_error_rate_percent=100 --set impact.availability_percent=0 --set impact.sla_affected=false
type_ inc update --set review.author=claire --set review.facilitator=sofia \
    --set "review.participants+=claire" --set "review.participants+=karim" --set "review.participants+=sofia"
type_ inc postmortem new --meeting "2025-11-19 14:00"
type_ inc why "Le prestataire refusait des requêtes mal signées"
type_ inc why "Le service signait avec l'ancienne clé"
type_ inc why "Il ne lit la clé qu'à son démarrage"
type_ inc why "Rien ne le prévient d'un renouvellement"
type_ inc why "Le renouvellement des secrets n'est testé avec aucun service"
type_ inc action add "Relire la clé de signature toutes les cinq minutes" --owner karim --due 2025-11-28 --type corrective --horizon immediate
type_ inc action add "Tester chaque mois le renouvellement de tous les secrets" --owner sofia --due 2025-12-19 --type preventive --horizon strategic
type_ inc action add "Alerter quand plus de 5 % des paiements échouent" --owner claire --due 2025-12-05 --type preventive --horizon preventive
type_ inc checklist done symptomes solution-testee correction-deployee cinq-pourquoi actions
at 15:30
type_ inc postmortem submit
at 16:00
type_ inc checklist done ameliorer-detection partager-enseignements compte-rendu
type_ inc postmortem approve --by karim
# Les cases de la fin du document se cochent à la main, une fois la chose faite.
refused inc postmortem close
tick_boxes incidents/2025/*/POSTMORTEM.md
type_ inc postmortem close
type_ inc close
type_ inc check
