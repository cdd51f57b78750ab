//! The screen a page is looked at on, and the way to another one: a phone that shows a QR code cannot scan it.

use axum::http::{HeaderMap, header};
use qrcode::{Color, QrCode};

use crate::web::Web;

/// White modules around a code, so that it is found.
const QUIET: usize = 4;

/// The screen a page is looked at on.
pub(super) struct Screen {
    /// `https://home.example`, as this browser reached it; nothing where that is not told or is no name of a host.
    origin: Option<String>,
    /// WeChat's own browser: nothing can be saved there but by a long press.
    pub(super) is_wechat: bool,
}

/// An address for another screen, as words and as a picture.
pub(super) struct Elsewhere {
    pub(super) url: String,
    pub(super) code: Drawn,
    /// It is an address of this machine alone.
    pub(super) is_loopback: bool,
}

/// A QR code: the side of its square in modules, and the dark ones as one path.
pub(super) struct Drawn {
    pub(super) side: usize,
    pub(super) path: String,
}

impl Screen {
    pub(super) fn of(web: &Web, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = if web.secure_cookies { "https" } else { "http" };
        let host = text(header::HOST).filter(|host| is_host(host));
        Self {
            origin: host.map(|host| format!("{scheme}://{host}")),
            is_wechat: text(header::USER_AGENT)
                .is_some_and(|agent| agent.contains("MicroMessenger")),
        }
    }

    /// The address of a path of ours.
    pub(super) fn elsewhere(&self, path: &str) -> Option<Elsewhere> {
        let origin = self.origin.as_deref()?;
        let url = format!("{origin}{path}");
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        Some(Elsewhere {
            code: Drawn::of(&url)?,
            is_loopback: is_loopback(host),
            url,
        })
    }
}

impl Drawn {
    /// One path of runs of dark modules: a stroke of a code is one step.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text.as_bytes()).ok()?;
        let width = code.width();
        let colors = code.to_colors();
        let mut path = String::new();
        for (y, line) in colors.chunks(width).enumerate() {
            let mut x = 0;
            for run in line.chunk_by(|one, other| one == other) {
                if run[0] == Color::Dark {
                    let (left, top, long) = (x + QUIET, y + QUIET, run.len());
                    path.push_str(&format!("M{left} {top}h{long}v1h-{long}z"));
                }
                x += run.len();
            }
        }
        Some(Self {
            side: width + 2 * QUIET,
            path,
        })
    }
}

fn is_host(host: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !host.is_empty() && host.len() <= 255 && host.chars().all(known)
}

fn is_loopback(host: &str) -> bool {
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_is_drawn_run_by_run() {
        let text = "https://home.example/a/7Q2M9-KXD4T";
        let drawn = Drawn::of(text).unwrap();
        let code = QrCode::new(text.as_bytes()).unwrap();
        let mut seen = vec![Color::Light; drawn.side * drawn.side];
        for run in drawn.path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            for module in x..x + length {
                seen[y * drawn.side + module] = Color::Dark;
            }
        }
        let width = code.width();
        for (at, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            assert_eq!(seen[y * drawn.side + x], color, "{x} {y}");
        }
        let dark = seen.iter().filter(|color| **color == Color::Dark).count();
        let meant = code
            .to_colors()
            .iter()
            .filter(|color| **color == Color::Dark)
            .count();
        assert_eq!(dark, meant, "the quiet zone is quiet");
    }

    #[test]
    fn only_names_of_hosts_are_written_into_an_address() {
        for (host, good) in [
            ("home.example", true),
            ("192.168.1.7:8420", true),
            ("[fd00::7]:8420", true),
            ("home.example/@evil", false),
            ("a\"b", false),
            ("", false),
        ] {
            assert_eq!(is_host(host), good, "{host}");
        }
        assert!(
            is_loopback("127.0.0.1:8420") && is_loopback("localhost") && !is_loopback("nas.local")
        );
    }
}
