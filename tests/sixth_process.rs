//! A sixth process, in another language, written only from the documentation: the example of
//! templates/README.md itself is validated and runs an incident to its report.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes its own files"
)]

mod common;

use common::Scratch;

/// The first YAML block of the documentation.
fn documented() -> String {
    let text = include_str!("../templates/README.md");
    let (_, rest) = text.split_once("```yaml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

const REPORT: &str = r"# Bericht {{ id }}: {{ title }}

- **Schwere**: {{ severity.id }} ({{ severity.label }})
- **Beginn**: {{ began | datetime }} {{ began | zone }}
- **Ende**: {{ milestones.resolved | datetime }}
- **Betroffene Nutzer**: {{ impact.users.count | known }}
{%- if impact.cost %}
- **Kosten**: {{ impact.cost.amount | number }} {{ impact.cost.currency }}
{%- endif %}

## Verlauf
{% for entry in timeline %}
- {{ entry.at | beside(of=began) }}: {{ entry | said }}
{%- endfor %}
";

fn team() -> Scratch {
    let scratch = Scratch::repo();
    scratch.write("processes/werft/1.0.0/process.yaml", documented());
    scratch.write("processes/werft/1.0.0/documents/bericht.tera", REPORT);
    scratch.write("inc.yaml", "process: werft@1.0.0\npeople:\n  bereitschaft: [petra, jens]\n");
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "-qm", "the house rules"]);
    scratch
}

#[test]
fn the_documented_process_is_sound() {
    insta::assert_snapshot!(team().run("process validate werft"));
    insta::assert_snapshot!(team().run("process show"));
}

#[test]
fn it_runs_an_incident_to_its_report() {
    let mut scratch = team();
    let declared = scratch.at("2025-11-10T22:50:00Z").ok("declare \"Kran 3 steht\" -s S1 --detected 23:40");
    insta::assert_snapshot!(declared);
    scratch.at("2025-11-10T22:54:00Z").ok("ack");
    scratch.ok("assign leitung petra");
    scratch.ok("update --set impact.users.count=1250 --set impact.cost.amount=12500.5 --set impact.cost.currency=EUR");
    scratch.at("2025-11-11T00:10:00Z").ok("resolve \"Sicherung getauscht\"");
    insta::assert_snapshot!(scratch.read(&format!("{}/INCIDENT.md", scratch.incident())));
    assert_eq!(scratch.run("check").status, 0, "{}", scratch.run("check"));
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn its_mistakes_are_found_with_line_and_nearest_name() {
    let scratch = team();
    let wrong = documented()
        .replace("until: { notified: bereitschaft }", "until: { notified: bereitschafft }")
        .replace("from: [detected, declared]", "from: [detekted, declared]");
    scratch.write("processes/werft/1.0.0/process.yaml", wrong);
    insta::assert_snapshot!(scratch.run("process validate werft"));
    let wrong =
        documented().replace("until: { notified: bereitschaft }", "until: { notified: bereitschafft }");
    scratch.write("processes/werft/1.0.0/process.yaml", wrong);
    insta::assert_snapshot!(scratch.run("process validate werft"));
}
