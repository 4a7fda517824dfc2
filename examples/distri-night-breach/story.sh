#!/usr/bin/env bash
# DISTRI-NIGHT : une fuite de données confirmée touche 1 001 utilisateurs. Au-delà de 1 000, l'ARTCI doit être
# notifiée ; les utilisateurs le sont par email, et la checklist RGPD est tenue. Heures d'Abidjan (GMT).
. "$(dirname "$0")/../story.bash"
day 2025-11-25

at 08:00
type_ inc init --process distri-night

# Phase 1, confinement : des accès que personne n'explique.
at 09:00
type_ inc declare "Accès non autorisé aux fiches clients" -s P1 --type INC-02 --detected 08:58 --service api --commander awa
type_ inc timeline add --kind started --at 02:10 "Premier accès de l'attaquant, retrouvé dans les logs"
type_ inc escalate L3 --at 09:00
type_ inc warroom open --at 09:00
for poste in cto ceo security_officer legal_counsel dpo; do
    type_ inc notify $poste --channel call --at 09:00
done
at 09:02
type_ inc ack
type_ inc assign technical_lead koffi
type_ inc assign scribe mariam
type_ inc assign communications yao
type_ inc checklist done inc02-stop inc02-documentation wr-pin-details wr-timeline
at 09:04
type_ inc warroom brief
type_ inc comms post investigating --audience users --channel status_page \
    "Nous enquêtons sur un accès anormal à la plateforme. Prochaine mise à jour: 09:34 GMT"
type_ inc comms post investigating --audience internal "Accès anormal à l'API ; canal restreint ouvert."
type_ inc checklist done wr-objectifs wr-assignments wr-plan-diagnostic inc02-attaque inc02-donnees inc02-en-cours inc02-vecteur inc02-etendue

# Les preuves d'abord, puis l'isolation.
at 09:06
echo "2025-11-25T02:10:44Z GET /api/clients?page=1 200 203.0.113.7" > acces.log
type_ inc evidence add acces.log --type logs --text "Premier accès, extrait des logs de l'API"
rm acces.log
type_ inc evidence add --type snapshot s3://dn-forensics/api-20251125-0906.img
type_ inc evidence add --type forensics s3://dn-forensics/api-20251125-0906.mem
at 09:08
type_ inc mitigate "Clé d'API compromise révoquée, adresse de l'attaquant bloquée"
type_ inc checklist done inc02-isolation inc02-secrets inc02-sessions inc02-passwords inc02-audit-acces

# La fuite est confirmée : 1 001 personnes, donc ARTCI.
at 09:20
type_ inc update --set impact.breach=confirmed --set impact.breach_known_at=2025-11-25T09:20:00Z \
    --set impact.data.people=1001 --set impact.users.count=1001 --set impact.visible=true \
    --set "impact.data.affected+=Nom et prénom" --set "impact.data.affected+=Email" --set "impact.data.affected+=Téléphone" \
    --set "impact.data.safe+=mots de passe (chiffrés)" --set "impact.data.safe+=données bancaires (non stockées)" \
    --set "impact.summary=Une clé d'API volée a permis de lire les fiches de 1 001 clients."
type_ inc due
type_ inc identify "Clé d'API laissée dans un dépôt public"
at 09:28
type_ inc checklist done inc02-forensics inc02-vulnerabilites inc02-exfiltration inc02-doc-detaillee
at 09:30
type_ inc comms post identified --audience users --channel status_page \
    "La cause est identifiée, l'accès est fermé. Prochaine mise à jour: 10:00 GMT"
type_ inc update --set "security.measures+=Clé d'API révoquée, sessions fermées" \
    --set "security.measures+=Secrets retirés du dépôt et renouvelés" --set "security.measures+=Audit complet des accès depuis 48h" \
    --set "security.attack=Vol de clé d'API" --set "security.entry_vector=Dépôt public" --set security.active=false
type_ inc warroom checkin "Accès fermé ; scan de sécurité en cours"
at 09:55
type_ inc checklist done inc02-patch-tout inc02-backdoors inc02-hardening inc02-tests-post-patch inc02-systeme-sain
at 09:58
type_ inc comms post monitoring --audience users --channel status_page \
    "L'accès est fermé. Nous vérifions l'ensemble du système. Prochaine mise à jour: 10:30 GMT"
type_ inc warroom checkin "Aucune autre compromission trouvée"
at 10:05
type_ inc checklist done inc02-scan inc02-pentest inc02-logs-48h inc02-autre
type_ inc approve validation-securite --as security_officer --by fatou
type_ inc resolve "Système sain, accès rétablis avec de nouvelles clés"
type_ inc verify "Scan complet sans autre trouvaille"
type_ inc approve resolution --by awa
type_ inc comms post resolved --audience users --channel status_page \
    "L'incident est résolu. Les personnes concernées reçoivent un email."
type_ inc postmortem new --meeting "2025-11-26 14:00"

# Phase 3 : autorité, partenaires, utilisateurs concernés.
at 11:00
type_ inc notify compliance_officer --channel email
type_ inc update --set "analysis.resolution=Clé révoquée, secrets renouvelés, système vérifié"
type_ inc checklist done inc02-evaluation --note "Plus de 1000 personnes : ARTCI et les personnes concernées sont informées"
type_ inc notify artci --channel email "Notification de la fuite : 1 001 personnes, nom, email, téléphone"
type_ inc action add "Chercher les secrets dans chaque commit avant publication" --owner koffi --impact high --effort low --ticket DN-131 --due 2025-12-02 --follow-up "mariam, 2026-01-12" \
    --type preventive --horizon immediate
type_ inc render breach-email
type_ inc notify users --channel email "Email de notification envoyé à 1 001 personnes"
type_ inc comms post --audience partners resolved "Une fuite a touché 1 001 clients ; l'accès est fermé, l'ARTCI est informée."
type_ inc comms post --audience management resolved "Fuite close : 1 001 clients, ARTCI et utilisateurs informés."
type_ inc approve press --as ceo --by adjoua
type_ inc comms post --audience press --prepared-by legal_counsel --prepared-by yao resolved "Une clé volée a permis de lire les fiches de 1 001 clients. L'accès est fermé, l'ARTCI est informée."
type_ inc update --set impact.cost.amount=300000 --set impact.cost.currency=FCFA \
    --set analysis.root_cause.status=found --set "analysis.root_cause.text=Une clé d'API se trouvait dans un dépôt public" \
    --set "analysis.summary=Une clé d'API volée a permis de lire les fiches de 1 001 clients pendant sept heures. La clé est révoquée, l'ARTCI et les personnes concernées sont informées."
type_ inc checklist done rgpd-documentation rgpd-timeline rgpd-donnees rgpd-utilisateurs rgpd-mesures rgpd-registre
type_ inc warroom close
type_ inc render compliance
type_ inc check

# Le lendemain : le post-mortem, avec l'équipe de la War Room, le DPO et le management.
day 2025-11-26
at 15:45
type_ inc postmortem show
type_ inc postmortem meeting --minutes 105 --present awa --present koffi --present mariam \
    --present yao --present fatou --present dpo --present coo
