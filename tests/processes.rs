//! The built-in processes are whole and say where each datum comes from.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use inc::process::{Process, builtin};

fn load(name: &str) -> Process {
    let text = builtin::file(&format!("processes/{name}/process.yaml")).unwrap();
    let yaml = serde_yaml::Deserializer::from_str(text);
    serde_path_to_error::deserialize(yaml).unwrap_or_else(|e| panic!("{name}: {}: {}", e.path(), e.inner()))
}

#[test]
fn every_built_in_process_loads_under_its_own_name() {
    for name in builtin::names() {
        assert_eq!(load(name).name, name);
    }
}
