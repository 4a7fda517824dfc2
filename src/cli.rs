//! The command line: the flags that every command has, and one variant a command.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::commands;
use crate::ui::Color;

/// Run your team's incident process from files in git.
///
/// An incident is a folder of small files: a record that people edit, and a timeline to which every command
/// adds one entry. What is due, who must be told and what a report holds follow from the team's process.
#[derive(Debug, Parser)]
#[command(name = "inc", version, disable_help_subcommand = false, infer_subcommands = false)]
pub struct Cli {
    /// The flags that every command has.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do; without it, what is open and due.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The flags that every command has.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub dir: Option<PathBuf>,
    /// The incident: its id, or any part of it that no other has [else: the branch's, else the only open one]
    #[arg(short, long, value_name = "ID", global = true)]
    pub incident: Option<String>,
    /// When it happened: `14:30`, `2025-11-10 14:30`, `10m ago`, `yesterday 22:10`, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", global = true)]
    pub at: Option<String>,
    /// Who writes [default: git's user.name]
    #[arg(long, value_name = "WHO", global = true)]
    pub by: Option<String>,
    /// Take TIME for the present: looks back, or ahead
    #[arg(long, value_name = "TIME", global = true)]
    pub now: Option<String>,
    /// Print JSON, where the command reads
    #[arg(long, global = true)]
    pub json: bool,
    /// Write files, but commit nothing
    #[arg(long, global = true)]
    pub no_commit: bool,
    /// Send nothing by the channels of inc.yaml
    #[arg(long, global = true)]
    pub no_notify: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    pub color: Color,
    /// Say only the most necessary
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

macro_rules! commands {
    ($($(#[$meta:meta])* $name:ident($args:path) => $run:path,)*) => {
        /// One variant a command; its help is the doc comment of its arguments.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $(#[allow(missing_docs, reason = "the help is the doc comment of the arguments")] $(#[$meta])* $name($args),)*
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// As the command says.
            pub fn run(&self, context: &crate::context::Context) -> anyhow::Result<commands::Done> {
                match self {
                    $(Self::$name(args) => $run(context, args),)*
                }
            }
        }
    };
}

commands! {
    Init(commands::init::Args) => commands::init::run,
    Declare(commands::declare::Args) => commands::declare::run,
    Classify(commands::classify::Args) => commands::classify::run,
    Ack(commands::milestone::Ack) => commands::milestone::ack,
    Respond(commands::milestone::Respond) => commands::milestone::respond,
    Identify(commands::milestone::Identify) => commands::milestone::identify,
    Mitigate(commands::milestone::Mitigate) => commands::milestone::mitigate,
    Resolve(commands::milestone::Resolve) => commands::milestone::resolve,
    Verify(commands::milestone::Verify) => commands::milestone::verify,
    Close(commands::milestone::Close) => commands::milestone::close,
    Reopen(commands::milestone::Reopen) => commands::milestone::reopen,
    Cancel(commands::cancel::Args) => commands::cancel::run,
    Timeline(commands::timeline::Args) => commands::timeline::run,
    Update(commands::update::Args) => commands::update::run,
    Checklist(commands::checklist::Args) => commands::checklist::run,
    Evidence(commands::evidence::Args) => commands::evidence::run,
    Warroom(commands::warroom::Args) => commands::warroom::run,
    Rollback(commands::rollback::Args) => commands::rollback::run,
    Runbook(commands::runbook::Args) => commands::runbook::run,
    Assign(commands::assign::Assign) => commands::assign::assign,
    Handover(commands::assign::Handover) => commands::assign::handover,
    Notify(commands::notify::Args) => commands::notify::run,
    Escalate(commands::escalate::Args) => commands::escalate::run,
    Comms(commands::comms::Args) => commands::comms::run,
    Tick(commands::tick::Args) => commands::tick::run,
    Decision(commands::decision::Args) => commands::decision::run,
    Approve(commands::approve::Args) => commands::approve::run,
    Postmortem(commands::postmortem::Args) => commands::postmortem::run,
    Why(commands::why::Args) => commands::why::run,
    Action(commands::action::Args) => commands::action::run,
    Waive(commands::waive::Args) => commands::waive::run,
    List(commands::list::Args) => commands::list::run,
    Show(commands::show::Args) => commands::show::run,
    Due(commands::due::Args) => commands::due::run,
    Metrics(commands::metrics::Args) => commands::metrics::run,
    Render(commands::render::Args) => commands::render::run,
    Registry(commands::registry::Args) => commands::registry::run,
    Check(commands::check::Args) => commands::check::run,
    Explain(commands::explain::Args) => commands::explain::run,
    Sync(commands::sync::Args) => commands::sync::run,
    Doctor(commands::doctor::Args) => commands::doctor::run,
    MergeDriver(commands::merge_driver::Args) => commands::merge_driver::run,
    Process(commands::process::Args) => commands::process::run,
    Trust(commands::trust::Args) => commands::trust::run,
    Schema(commands::schema::Args) => commands::schema::run,
    Completions(commands::completions::Args) => commands::completions::run,
    Man(commands::man::Args) => commands::man::run,
    Demo(commands::demo::Args) => commands::demo::run,
}

/// Commands by when they are needed, as `--help` lists them.
const GROUPS: &[(&str, &[&str])] = &[
    ("Start", &["init", "declare", "classify"]),
    (
        "During",
        &[
            "ack",
            "respond",
            "identify",
            "mitigate",
            "resolve",
            "timeline",
            "update",
            "assign",
            "handover",
            "notify",
            "escalate",
            "comms",
            "tick",
            "decision",
            "approve",
            "runbook",
            "checklist",
            "evidence",
            "warroom",
            "rollback",
        ],
    ),
    ("After", &["verify", "postmortem", "why", "action", "close", "reopen", "cancel"]),
    ("Reading", &["list", "show", "due", "metrics", "render", "registry"]),
    ("Gate", &["check", "explain", "waive"]),
    ("Git", &["sync", "doctor", "merge-driver"]),
    ("Setting up", &["process", "trust", "schema", "completions", "man", "demo"]),
];

/// The command line as clap knows it, with commands grouped by when they are needed.
#[must_use]
pub fn command() -> clap::Command {
    let command = Cli::command();
    let groups = groups(&command);
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}\n{{options}}\n\n`inc help COMMAND` says more of each. Start with `inc declare \"what is wrong\"`.\n"
    ))
}

fn groups(command: &clap::Command) -> String {
    let about = |name: &str| {
        let found = command.find_subcommand(name).and_then(clap::Command::get_about);
        found.map(ToString::to_string).unwrap_or_default()
    };
    let mut text = String::new();
    for (heading, names) in GROUPS {
        text.push_str(&format!("{heading}:\n"));
        for name in *names {
            text.push_str(&format!("  {name:<12}  {}\n", about(name)));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let command = Cli::command();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for subcommand in command.get_subcommands() {
            let name = subcommand.get_name();
            assert_eq!(grouped.iter().filter(|g| **g == name).count(), 1, "{name}");
            assert!(subcommand.get_about().is_some(), "{name} has no help");
        }
        assert_eq!(grouped.len(), command.get_subcommands().count());
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
