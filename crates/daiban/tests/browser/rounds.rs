//! Going round a house: every kind of page that can be reached by looking alone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::tab::Tab;

/// Of pages that differ by what they are about, so many are looked at.
const ALIKE: usize = 3;

/// Follows links from Today until every kind of page was seen; gives what was seen.
pub fn go_round(tab: &mut Tab) -> BTreeSet<String> {
    let mut ahead = VecDeque::from(["/".to_owned()]);
    let mut known: BTreeSet<String> = ahead.iter().cloned().collect();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    while let Some(path) = ahead.pop_front() {
        tab.go(&path);
        seen.insert(path);
        for link in links(tab) {
            let count = alike.entry(kind(&link)).or_default();
            if *count < ALIKE && known.insert(link.clone()) {
                *count += 1;
                ahead.push_back(link);
            }
        }
    }
    seen
}

fn links(tab: &mut Tab) -> Vec<String> {
    let links = tab.ask("kit.links()");
    let links = links.as_array().into_iter().flatten();
    let links = links.filter_map(|link| link.as_str()?.split('#').next().map(str::to_owned));
    links.filter(|link| is_page(link)).collect()
}

/// Neither a file to keep nor a change of language.
fn is_page(link: &str) -> bool {
    !link.is_empty()
        && !link.contains("lang=")
        && !link.contains("/picture")
        && !link.contains(".ics")
}

/// The address with everything that names one thing among many taken out.
pub fn kind(link: &str) -> String {
    let path = link.split('?').next().unwrap_or(link);
    let part = |part: &str| {
        let names = part.chars().any(|c| c.is_ascii_digit()) || part.contains('%');
        if names {
            "{}".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
