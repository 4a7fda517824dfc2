//! Every folder among the incidents is an incident, in the folder of its year, and no id is used twice.
//!
//! ## What it checks
//! That `incidents/` holds only years and each year only folders whose names are ids of that year; and that no two
//! folders have the same id.
//!
//! ## Why
//! A folder with another name is read by nobody: its incident is in no list and no figure. An id that means two
//! incidents means neither.
//!
//! ## Example
//! `incidents/2025/database-outage/`
//!
//! ## Instead
//! `incidents/2025/20251110-7f3k/`; the title is in its `incident.yaml`.

use super::{Check, Place, Remark, Repository, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    ..Rule::new("stray-folder", Weight::Error, include_str!("stray_folder.rs"), Check::Repository(check))
};

fn check(repository: &Repository<'_>) -> Vec<Remark> {
    let strays = repository.strays.iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let message = format!("`{name}` is neither a year nor the id of an incident");
        let remark = Remark::new(path, Place::Whole, message);
        remark.help("move it elsewhere, or declare the incident and move its files into the new folder")
    });
    let misplaced = repository.folders.iter().filter_map(|(id, path)| {
        let year = path.parent()?.file_name()?.to_string_lossy();
        (!id.starts_with(&*year)).then(|| {
            let message = format!("`{id}` is in the folder of {year}");
            let right = id.get(..4).unwrap_or_default();
            Remark::new(path.join("incident.yaml"), Place::field("id"), message)
                .help(format!("it belongs into the folder of {right}"))
        })
    });
    let twice = repository.folders.iter().enumerate().filter_map(|(n, (id, path))| {
        let (_, first) = repository.folders.iter().take(n).find(|(other, _)| other == id)?;
        let message = format!("the id `{id}` is used twice, first in {}", first.display());
        let remark = Remark::new(path.join("incident.yaml"), Place::field("id"), message);
        Some(remark.help("give the later one a new id: declare it anew and move its files"))
    });
    strays.chain(misplaced).chain(twice).collect()
}
