//! The pictures of the papers, of the real demo at moments chosen by what is to be seen, never by the clock.
//!
//! A page is loaded once and then stands still: its scripts are stopped, so that day and night, phone and desk show the same
//! moment however fast the demo goes on.

use std::{path::PathBuf, time::Instant};

use serde_json::json;

use super::{
    house::Demo,
    tab::{At::Button, DESK, Mode, PATIENCE, PHONE, Tab},
};

/// No picture is larger: a README is read over slow lines too.
const LIMIT: usize = 250_000;
/// The sharpest that fits is taken.
const SCALES: [f64; 4] = [2.0, 1.75, 1.5, 1.0];

const NIGHT: Mode = Mode {
    name: "dark phone",
    dark: true,
    ..PHONE
};
const WIDE: Mode = Mode {
    name: "desk",
    dark: false,
    ..DESK
};

/// Where they go.
pub struct Album(pub PathBuf);

impl Album {
    /// What the tab shows, as that mode would show it.
    fn take(&self, tab: &mut Tab, mode: Mode, name: &str) {
        tab.show_as(mode);
        let fits = SCALES.into_iter().find_map(|scale| {
            tab.size(mode.width, scale);
            let picture = tab.shot();
            (picture.len() < LIMIT).then_some((picture, scale))
        });
        let (picture, scale) = fits.unwrap_or_else(|| panic!("{name} is too large at any scale"));
        let file = self.0.join(format!("{name}.png"));
        std::fs::write(&file, &picture).unwrap();
        eprintln!("{}: {} kB at {scale}", file.display(), picture.len() / 1000);
    }

    /// A page that keeps while it is looked for; left out, and said so, where the house has none.
    fn page(&self, tab: &mut Tab, path: &str, name: &str) {
        tab.look_as(PHONE);
        tab.go(path);
        if tab.status >= 400 {
            eprintln!("{path} is not there: no {name}.png");
            return;
        }
        tab.hold_still();
        self.take(tab, PHONE, name);
    }
}

/// All of them.
pub fn all(program: &str, album: &Album) {
    let demo = Demo::start(40_320);
    let mut tab = Tab::open(program, &demo.url, PHONE);
    tab.looks_over = false;
    tab.go(&demo.door);
    tab.press(Button("进来"));
    let mut moments = Moments::new(&mut tab, program);
    moments.catch(&mut tab);
    moments.take(album);
    the_form(&mut tab, album);
    watch(&mut tab, |_| demo.is_over().then_some(()));
    the_end(&mut tab, album);
}

/// What is over soon: a page for each, loaded when its moment is there and kept as it was. Which comes first is the demo's affair.
struct Moments {
    today: Tab,
    /// Held, and waiting to be paid.
    train: Tab,
    /// The car stands unlocked, and whether to lock it is asked.
    ask: Tab,
}

impl Moments {
    fn new(tab: &mut Tab, program: &str) -> Self {
        let [today, train, ask] = std::array::from_fn(|_| tab.twin(program));
        Self { today, train, ask }
    }

    fn catch(&mut self, tab: &mut Tab) {
        let (mut paid, mut locked) = (false, false);
        watch(tab, |tab| {
            let seen = |tab: &mut Tab, link: &str| tab.ask(link).as_str().map(str::to_owned);
            if !locked && let Some(ask) = seen(tab, "kit.linking('/asks/', '要锁上吗')") {
                self.ask.keep(&ask);
                locked = true;
            }
            let errand = "kit.linking('/errands/', 'G9041', '等你付款')";
            if !paid && let Some(errand) = seen(tab, errand) {
                // The page just seen is the picture; the looking goes on in the other tab.
                std::mem::swap(tab, &mut self.today);
                self.train.keep(&errand);
                self.today.hold_still();
                let said = self.train.text("main");
                assert!(
                    said.contains("去 12306 付款"),
                    "too busy here, the moment was over; once more\n{said}"
                );
                paid = true;
            }
            (paid && locked).then_some(())
        });
    }

    fn take(&mut self, album: &Album) {
        album.take(&mut self.today, PHONE, "today");
        album.take(&mut self.today, NIGHT, "today-dark");
        album.take(&mut self.today, WIDE, "today-wide");
        album.take(&mut self.train, PHONE, "train");
        album.take(&mut self.ask, PHONE, "ask");
        album.page(&mut self.ask, "/calendar", "calendar");
    }
}

/// A form that knows stations, trains and passengers.
fn the_form(tab: &mut Tab, album: &Album) {
    tab.look_as(PHONE);
    tab.go("/errands/new/rail.ticket");
    tab.fill("from", "北京南");
    tab.fill("to", "上海虹桥");
    tab.ask("document.querySelectorAll('input[name=date]')[3].click()");
    tab.press(Button("看车次和乘车人"));
    tab.ask("scrollTo(0, 0)");
    tab.hold_still();
    album.take(tab, PHONE, "new-train");
}

/// After the fortnight.
fn the_end(tab: &mut Tab, album: &Album) {
    for (path, name) in [
        ("/accounts", "accounts"),
        ("/fines", "fines"),
        ("/notices", "notices"),
        ("/cars", "car"),
    ] {
        album.page(tab, path, name);
    }
    album.take(tab, NIGHT, "car-dark");
}

/// Looks at Today again and again until there is what is looked for.
fn watch<T>(tab: &mut Tab, mut look: impl FnMut(&mut Tab) -> Option<T>) -> T {
    tab.look_as(PHONE);
    let deadline = Instant::now() + 4 * PATIENCE;
    loop {
        tab.go("/");
        if let Some(found) = look(tab) {
            return found;
        }
        let said = tab.text("main");
        assert!(Instant::now() < deadline, "never seen on Today:\n{said}");
    }
}

impl Tab {
    /// Another tab of the same person, in a browser of its own.
    fn twin(&mut self, program: &str) -> Self {
        let cookies = self.call("Network.getCookies", json!({}))["cookies"].clone();
        let mut twin = Self::open(program, &self.origin, PHONE);
        twin.looks_over = false;
        let keep = ["name", "value", "url"];
        for mut cookie in cookies.as_array().cloned().unwrap_or_default() {
            cookie["url"] = self.origin.clone().into();
            let fields = cookie.as_object_mut().unwrap();
            fields.retain(|name, _| keep.contains(&name.as_str()));
            twin.call("Network.setCookie", cookie);
        }
        twin
    }

    /// Loads a page and leaves it as it is now.
    fn keep(&mut self, path: &str) {
        self.go(path);
        self.hold_still();
    }

    /// No script of this page runs any more.
    fn hold_still(&mut self) {
        self.scripts(false);
        self.call("Page.stopLoading", json!({}));
    }

    /// The page that stands still, in other light and width.
    fn show_as(&mut self, mode: Mode) {
        self.look_as(Mode {
            scripts: false,
            ..mode
        });
    }
}
