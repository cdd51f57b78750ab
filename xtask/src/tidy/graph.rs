//! The table of arrows against what cargo resolves.

use std::collections::{BTreeMap, HashMap, VecDeque};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{
    arrows::Arrow,
    run::{cargo, output},
};

/// The part of `cargo metadata` that arrows are about.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Declared>,
}

#[derive(Debug, Clone, Deserialize)]
struct Declared {
    name: String,
    /// `null` (normal), `dev` or `build`.
    kind: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Clone, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Clone, Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl Edge {
    fn is_for_tests_only(&self) -> bool {
        self.dep_kinds
            .iter()
            .all(|kind| kind.kind.as_deref() == Some("dev"))
    }
}

impl Metadata {
    /// What cargo says of this workspace.
    pub(crate) fn of_workspace() -> Result<Self> {
        let json = output(cargo(&["metadata", "--format-version", "1"]))?;
        serde_json::from_str(&json).context("cargo metadata has another form")
    }

    fn names(&self) -> HashMap<&str, &str> {
        self.packages
            .iter()
            .map(|package| (package.id.as_str(), package.name.as_str()))
            .collect()
    }

    /// The way from a package to every package it reaches, itself first. Tests count for the first step only: the tests of
    /// our dependencies are not our matter.
    fn reached(&self, from: &str, with_tests: bool) -> BTreeMap<&str, Vec<&str>> {
        let names = self.names();
        let nodes: HashMap<&str, &Node> = self
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let Some((start, start_name)) = names.iter().find(|(id, _)| **id == from) else {
            return BTreeMap::new();
        };
        let mut ways: HashMap<&str, Vec<&str>> = HashMap::from([(*start, vec![*start_name])]);
        let mut queue = VecDeque::from([*start]);
        while let Some(at) = queue.pop_front() {
            let Some(node) = nodes.get(at) else { continue };
            for edge in &node.deps {
                if edge.is_for_tests_only() && !(with_tests && at == from) {
                    continue;
                }
                if ways.contains_key(edge.pkg.as_str()) {
                    continue;
                }
                let mut way = ways[at].clone();
                way.push(names.get(edge.pkg.as_str()).copied().unwrap_or("?"));
                ways.insert(&edge.pkg, way);
                queue.push_back(&edge.pkg);
            }
        }
        ways.into_values()
            .filter_map(|way| Some((*way.last()?, way)))
            .collect()
    }
}

/// Everything that goes against the table.
pub(crate) fn check(metadata: &Metadata, table: &[Arrow]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        if !metadata.workspace_members.contains(&package.id) {
            continue;
        }
        match table.iter().find(|arrow| arrow.of == package.name) {
            Some(arrow) => findings.extend(check_one(metadata, package, arrow)),
            None => findings.push(format!("{} is not in xtask/src/arrows.rs", package.name)),
        }
    }
    for arrow in table {
        if !metadata
            .packages
            .iter()
            .any(|package| package.name == arrow.of)
        {
            findings.push(format!(
                "{} is in the table of arrows and not in the workspace",
                arrow.of
            ));
        }
    }
    findings
}

fn check_one(metadata: &Metadata, package: &Package, arrow: &Arrow) -> Vec<String> {
    let mut findings = Vec::new();
    for declared in &package.dependencies {
        if declared.kind.as_deref() == Some("dev") || arrow.uses.contains(&declared.name.as_str()) {
            continue;
        }
        findings.push(format!("{} may not use {}", package.name, declared.name));
    }
    let behind = metadata.reached(&package.id, false);
    findings.extend(ways_to(&behind, arrow.never, "may not reach"));
    findings.extend(ways_to(&behind, arrow.never_in_tests, "may not reach"));
    let with_tests = metadata.reached(&package.id, true);
    let only_in_tests: BTreeMap<_, _> = with_tests
        .into_iter()
        .filter(|(name, _)| !behind.contains_key(name))
        .collect();
    findings.extend(ways_to(
        &only_in_tests,
        arrow.never_in_tests,
        "may not reach, even in tests,",
    ));
    findings
}

fn ways_to(reached: &BTreeMap<&str, Vec<&str>>, never: &[&str], word: &str) -> Vec<String> {
    let finding = |name: &&str| {
        let way = reached.get(name).filter(|way| way.len() > 1)?;
        Some(format!("{} {word} {name}: {}", way[0], way.join(" → ")))
    };
    never.iter().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::OnceLock;

    use super::*;
    use crate::arrows::ARROWS;

    /// What cargo says of this workspace, asked once.
    fn workspace() -> Metadata {
        static WORKSPACE: OnceLock<Metadata> = OnceLock::new();
        WORKSPACE
            .get_or_init(|| Metadata::of_workspace().unwrap())
            .clone()
    }

    /// What cargo says of this workspace, doctored.
    fn doctored(of: &str, gains: &str, kind: Option<&str>) -> Metadata {
        let mut metadata = workspace();
        let gained = match metadata
            .packages
            .iter()
            .find(|package| package.name == gains)
        {
            Some(package) => package.id.clone(),
            None => stranger(&mut metadata, gains),
        };
        let package = metadata
            .packages
            .iter_mut()
            .find(|package| package.name == of)
            .unwrap();
        let kind = kind.map(str::to_owned);
        package.dependencies.push(Declared {
            name: gains.to_owned(),
            kind: kind.clone(),
        });
        let id = package.id.clone();
        let node = metadata
            .resolve
            .nodes
            .iter_mut()
            .find(|node| node.id == id)
            .unwrap();
        node.deps.push(Edge {
            pkg: gained,
            dep_kinds: vec![EdgeKind { kind }],
        });
        metadata
    }

    /// A package that the workspace does not know yet.
    fn stranger(metadata: &mut Metadata, name: &str) -> String {
        let id = format!("stranger#{name}");
        metadata.packages.push(Package {
            id: id.clone(),
            name: name.to_owned(),
            dependencies: Vec::new(),
        });
        metadata.resolve.nodes.push(Node {
            id: id.clone(),
            deps: Vec::new(),
        });
        id
    }

    fn findings(of: &str, gains: &str, kind: Option<&str>) -> String {
        check(&doctored(of, gains, kind), ARROWS).join("\n")
    }

    #[test]
    fn the_workspace_keeps_its_table() {
        assert_eq!(check(&workspace(), ARROWS), Vec::<String>::new());
    }

    #[test]
    fn core_may_not_gain_tokio() {
        let found = findings("daiban-core", "tokio", None);
        assert!(found.contains("daiban-core may not use tokio"), "{found}");
        assert!(
            found.contains("daiban-core may not reach tokio: daiban-core → tokio"),
            "{found}"
        );
        // Those who stand on it would reach it too.
        assert!(
            found.contains("daiban-providers → daiban-core → tokio"),
            "{found}"
        );
        let found = findings("daiban-core", "tokio", Some("dev"));
        assert!(
            found.contains("daiban-core may not reach, even in tests, tokio"),
            "{found}"
        );
    }

    #[test]
    fn providers_may_not_gain_an_http_client() {
        for client in ["reqwest", "hyper", "ureq"] {
            let found = findings("daiban-providers", client, None);
            assert!(
                found.contains(&format!("daiban-providers may not use {client}")),
                "{found}"
            );
            assert!(
                found.contains(&format!("may not reach {client}")),
                "{found}"
            );
        }
    }

    #[test]
    fn providers_may_not_gain_a_client_behind_an_allowed_crate() {
        let found = findings("percent-encoding", "ureq", None);
        let way = "daiban-providers may not reach ureq: daiban-providers → percent-encoding → ureq";
        assert!(found.contains(way), "{found}");
    }

    #[test]
    fn the_simulator_may_not_gain_a_crate_of_ours_even_in_tests() {
        let ours = [
            "daiban-core",
            "daiban-providers",
            "daiban-engine",
            "daiban-store",
            "daiban",
        ];
        for crate_of_ours in ours {
            for kind in [None, Some("dev"), Some("build")] {
                let found = findings("daiban-sim", crate_of_ours, kind);
                assert!(
                    found.contains("daiban-sim may not"),
                    "{crate_of_ours} {kind:?}: {found}"
                );
            }
        }
    }

    #[test]
    fn the_engine_may_not_gain_a_store_or_a_provider() {
        for gains in ["daiban-store", "daiban-providers", "sqlx"] {
            let found = findings("daiban-engine", gains, None);
            assert!(
                found.contains(&format!("daiban-engine may not reach {gains}")),
                "{found}"
            );
        }
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_found() {
        let table: Vec<Arrow> = ARROWS
            .iter()
            .filter(|arrow| arrow.of != "daiban-sim")
            .copied()
            .collect();
        let found = check(&workspace(), &table);
        assert_eq!(found, ["daiban-sim is not in xtask/src/arrows.rs"]);
    }

    #[test]
    fn tests_may_use_what_the_table_says_nothing_of() {
        let found = findings("daiban-providers", "daiban-sim", Some("dev"));
        assert_eq!(found, "");
    }
}
