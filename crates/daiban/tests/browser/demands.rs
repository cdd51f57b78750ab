//! What is demanded of every page that is shown: one heading, a language, a title, no sideways scrolling, nobody else asked, no
//! complaint of the browser, nothing serious found by axe.

use serde_json::{Value, json};

use super::tab::Tab;

/// axe-core, unmodified; see the folder's README.
const AXE: &str = include_str!("axe/axe.min.js");

/// Of the file in npm's package.
const AXE_SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

const FINDINGS: &str = r"axe.run(document, { resultTypes: ['violations'] }).then((found) =>
  found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => v.id + ' (' + v.impact + '): ' + v.nodes.map((n) => n.target.join(' ') + ' — ' + n.failureSummary.replace(/\s+/g, ' ')).join('; ')))";

/// Without scripts a page that waits for something can only load itself again. Nothing is lost by it where nothing is typed, so
/// there, and only there, this rule of axe is not ours.
const RENEWS: &str = "meta-refresh ";
const TYPED: &str =
    "document.querySelectorAll('main :is(input:not([type=hidden]), textarea)').length > 0";

/// The narrowest phone.
const NARROW: u32 = 360;

/// Everything about the page shown. What is wrong is noted, so that one walk finds all there is to find.
pub fn check(tab: &mut Tab) {
    let mut wrong = built(tab);
    wrong.extend(widths(tab));
    wrong.extend(axe(tab));
    wrong.append(&mut tab.complaints);
    wrong.extend(
        tab.foreign
            .drain(..)
            .map(|url| format!("asked elsewhere: {url}")),
    );
    let (mode, path) = (tab.mode.name, tab.path());
    for line in wrong {
        let line = format!("{mode}: {path}: {line}");
        eprintln!("WRONG {line}");
        tab.wrong.push(line);
    }
}

/// The walk is over: nothing was wrong on any page.
pub fn all_met(tab: &Tab) {
    assert!(tab.wrong.is_empty(), "\n{}\n", tab.wrong.join("\n"));
    assert!(
        tab.judged.len() > 10,
        "pages were looked over: {:?}",
        tab.paths
    );
}

fn built(tab: &mut Tab) -> Vec<String> {
    let page = tab.ask(
        "({ h1: document.querySelectorAll('h1').length, empty: kit.text('h1') === '',
            lang: document.documentElement.lang, title: document.title,
            ids: [...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, n, all) => all.indexOf(id) !== n),
            inline: document.querySelectorAll('[style], style, script:not([src]), [onclick]').length })",
    );
    let want = if tab.mode.lang == "en" { "en" } else { "zh" };
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{what}: {page}"));
        }
    };
    demand(page["h1"] == 1 && page["empty"] == false, "one heading");
    let lang = page["lang"].as_str().unwrap_or_default();
    demand(lang.starts_with(want), "its language");
    let title = page["title"].as_str().unwrap_or_default();
    demand(!title.trim_matches([' ', '·']).is_empty(), "a title");
    demand(page["ids"] == json!([]), "every id once");
    demand(page["inline"] == 0, "no inline style or script");
    demand(tab.status < 400, &format!("status {}", tab.status));
    wrong
}

/// At its own width, and a phone at the narrowest too.
fn widths(tab: &mut Tab) -> Vec<String> {
    let own = tab.mode.width;
    let mut wrong = width(tab, own);
    if own < 700 {
        tab.size(NARROW, 1.0);
        tab.wait(&format!("document.documentElement.clientWidth === {NARROW} || document.documentElement.scrollWidth > {NARROW}"));
        wrong.extend(width(tab, NARROW));
        tab.size(own, 1.0);
    }
    wrong
}

fn width(tab: &mut Tab, width: u32) -> Vec<String> {
    let wide = tab.ask("document.documentElement.scrollWidth");
    if wide.as_u64() <= Some(width.into()) {
        return Vec::new();
    }
    let out = tab.ask(&format!(
        "((out) => out.filter((e) => !out.some((other) => other !== e && e.contains(other))).slice(0, 4)
          .map((e) => e.outerHTML.slice(0, 160)))([...document.querySelectorAll('body *')]
          .filter((e) => !e.closest('nav') && e.getBoundingClientRect().right > {width} + 1))"
    ));
    vec![format!("{wide} px wide on {width}: {out}")]
}

/// Each structure of a page once for each mode: the same page again has nothing new to find.
fn axe(tab: &mut Tab) -> Vec<String> {
    let shape = tab.ask(
        "location.pathname + [...document.querySelectorAll('main *')].map((e) => e.tagName[0] + e.className).join()",
    );
    let key = format!("{} {shape}", tab.mode.name);
    if tab.judged.contains(&key) {
        return Vec::new();
    }
    let mut found = findings(tab);
    if tab.ask(TYPED) == false {
        found.retain(|line| !line.starts_with(RENEWS));
    }
    tab.judged.insert(key);
    found
}

fn findings(tab: &mut Tab) -> Vec<String> {
    let scripts = tab.mode.scripts;
    // Promises need scripts; what the page itself brought was passed over when it was read.
    if !scripts {
        tab.scripts(true);
    }
    let mut said = "axe gave no answer".to_owned();
    // A page that renews itself takes axe with it.
    for _ in 0..4 {
        match run(tab) {
            Ok(found) => {
                if !scripts {
                    tab.scripts(false);
                }
                return found;
            }
            Err(error) => said = error,
        }
    }
    panic!("{}: {said}", tab.path());
}

fn run(tab: &mut Tab) -> Result<Vec<String>, String> {
    let expression = format!("{AXE}\n;{FINDINGS}");
    let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    let answer = tab.try_call("Runtime.evaluate", params)?;
    let Value::Array(found) = &answer["result"]["value"] else {
        return Err(format!("axe: {answer}"));
    };
    let line = |one: &Value| one.as_str().unwrap_or_default().to_owned();
    Ok(found.iter().map(line).collect())
}

#[test]
fn axe_is_as_it_was_published() {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(AXE);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        digest, AXE_SHA256,
        "a newer axe: its digest, version and licence belong in its README"
    );
}
