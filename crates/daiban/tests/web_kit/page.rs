//! What every page must be.
#![allow(clippy::unwrap_used)]

use super::Seen;

/// Where one pays for a train ticket.
const PAYMENT: &str = "https://kyfw.12306.cn/otn/view/train_order.html\"";

/// Where bookings are cancelled, by phone and on the web.
const OFFICIAL: [&str; 2] = ["tel:010114\"", "https://www.114yygh.com\""];

/// No inline script or style, no foreign address but those known, the headers, the size.
pub fn check_page(seen: &Seen, path: &str) {
    check_page_with(seen, path, &[]);
}

/// The same, where links to these addresses are as they should be.
pub fn check_page_with(seen: &Seen, path: &str, links: &[&str]) {
    assert!(seen.bytes < 60_000, "{path}: {} bytes", seen.bytes);
    for tag in seen.text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let name = tag
            .split([' ', '/', '\n'])
            .next()
            .unwrap()
            .to_ascii_lowercase();
        assert!(
            !matches!(
                name.as_str(),
                "style" | "iframe" | "object" | "embed" | "base"
            ),
            "{path}: <{tag}>"
        );
        if name == "script" {
            assert!(tag.contains("src=\"/assets/"), "{path}: <{tag}>");
        }
        for attribute in attributes(tag) {
            let attribute = attribute.to_ascii_lowercase();
            assert!(
                !attribute.starts_with("on") && attribute != "style",
                "{path}: <{tag}>"
            );
        }
        for address in ["href=\"", "src=\"", "action=\""]
            .iter()
            .filter_map(|start| Some(tag.split_once(start)?.1))
        {
            let is_payment = name == "a" && address.starts_with(PAYMENT);
            let is_official =
                name == "a" && OFFICIAL.iter().any(|known| address.starts_with(known));
            let is_known = name == "a" && links.iter().any(|known| address.starts_with(known));
            assert!(
                address.starts_with('/')
                    || address.starts_with('#')
                    || is_payment
                    || is_official
                    || is_known,
                "{path}: <{tag}>"
            );
            let leaves = address.starts_with("https:");
            assert!(
                !leaves || tag.contains("rel=\"noopener noreferrer\""),
                "{path}: <{tag}>"
            );
            assert!(!address.starts_with("//"), "{path}: <{tag}>");
        }
    }
    assert!(!seen.text.contains("</script></"), "{path}");
    assert!(
        seen.text.split("<script").skip(1).all(|script| script
            .split_once('>')
            .unwrap()
            .1
            .starts_with("</script>")),
        "{path}"
    );
    let policy = seen.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(seen.headers["x-content-type-options"], "nosniff");
    assert_eq!(seen.headers["referrer-policy"], "no-referrer");
    assert_eq!(seen.headers["cache-control"], "no-store");
}

/// Names of a tag's attributes; what stands in quotes is not looked into.
fn attributes(tag: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = tag.split_once([' ', '\n']).map_or("", |(_, rest)| rest);
    while let Some((name, value)) = rest.split_once('=') {
        names.push(
            name.split_whitespace()
                .last()
                .unwrap_or_default()
                .to_owned(),
        );
        let quote = value.chars().next().unwrap_or(' ');
        rest = match quote {
            '"' | '\'' => value[1..].split_once(quote).map_or("", |(_, rest)| rest),
            _ => value.split_once(' ').map_or("", |(_, rest)| rest),
        };
    }
    names
}

/// The field is marked and an error stands right after it.
pub fn assert_at_field(seen: &Seen, field: &str) {
    let id = format!("id=\"{field}\"");
    let after = seen
        .text
        .split_once(&id)
        .unwrap_or_else(|| panic!("no {field}"))
        .1;
    let input = after.split_once('>').unwrap().0;
    assert!(input.contains("aria-invalid=\"true\""), "{field}: {input}");
    assert!(after.contains(&format!("id=\"{field}-e\"")), "{field}");
}

/// Chinese letters of an address as they are sent.
pub fn encoded(path: &str) -> String {
    let mut out = String::new();
    for letter in path.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

/// These words stand in the page in this order.
pub fn assert_order(seen: &Seen, words: &[&str]) {
    let mut rest = seen.text.as_str();
    for word in words {
        rest = rest
            .split_once(word)
            .unwrap_or_else(|| {
                panic!(
                    "{word} is missing, or not behind the others:\n{}",
                    seen.text
                )
            })
            .1;
    }
}
