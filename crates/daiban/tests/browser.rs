//! The pages in a real Chromium before the real binary: a household's first day on a phone, the same without JavaScript, every
//! page once more on a dark desk and in English, and the demo. On every page shown, what `demands` says is demanded.
//!
//! Where no Chromium starts, each test says so in one line and is over; `cargo xtask test` installs one where it may.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

mod program;

#[path = "browser/chromium.rs"]
mod chromium;
#[path = "browser/demands.rs"]
mod demands;
#[path = "browser/house.rs"]
mod house;
#[path = "browser/pictures.rs"]
mod pictures;
#[path = "browser/rounds.rs"]
mod rounds;
#[path = "browser/tab.rs"]
mod tab;
#[path = "browser/walk.rs"]
mod walk;
#[path = "browser/wishes.rs"]
mod wishes;

use demands::all_met;
use house::{Demo, House, browser};
use rounds::go_round;
use tab::{At::Button, DESK, ENGLISH, NO_SCRIPTS, PHONE, Tab};
use walk::Walk;

#[test]
fn a_first_day_on_a_phone_then_on_a_dark_desk_and_in_english() {
    let Some((program, _turn)) = browser() else {
        return;
    };
    let house = House::new();
    let tab = Tab::open(&program, &house.url, PHONE);
    let mut walk = Walk { house: &house, tab };
    walk.first_day();
    let tab = &mut walk.tab;
    let mut pages = go_round(tab);
    pages.append(&mut tab.paths);
    tab.look_as(DESK);
    for page in &pages {
        tab.go(page);
    }
    tab.look_as(ENGLISH);
    for page in pages.iter().filter(|page| page.matches('/').count() < 3) {
        tab.go(page);
    }
    all_met(tab);
}

#[test]
fn a_first_day_without_javascript() {
    let Some((program, _turn)) = browser() else {
        return;
    };
    let house = House::new();
    let tab = Tab::open(&program, &house.url, NO_SCRIPTS);
    let mut walk = Walk { house: &house, tab };
    walk.first_day();
    go_round(&mut walk.tab);
    all_met(&walk.tab);
}

#[test]
fn the_demo_is_watched_until_things_have_come_of_it() {
    let Some((program, _turn)) = browser() else {
        return;
    };
    let demo = Demo::start(40_320);
    let mut tab = Tab::open(&program, &demo.url, PHONE);
    tab.go(&demo.door);
    tab.press(Button("进来"));
    tab.wait("location.pathname === '/'");
    // Two permits are renewed, the third is stopped by a fine that is named; a ticket and a place are got.
    tab.shows("朝阳区测试路");
    tab.go("/errands");
    tab.reload_until("kit.text('main').includes('办好了')");
    let pages = go_round(&mut tab);
    tab.look_as(DESK);
    for page in pages.iter().filter(|page| page.matches('/').count() < 2) {
        tab.go(page);
    }
    all_met(&tab);
}

/// Run by `cargo xtask screenshots`.
#[test]
#[ignore = "makes the pictures of the papers"]
fn pictures_of_the_demo() {
    let Some((program, _turn)) = browser() else {
        panic!("there are no pictures without a browser");
    };
    let folder = std::env::var_os("DAIBAN_PICTURES").expect("DAIBAN_PICTURES names the folder");
    pictures::all(&program, &pictures::Album(folder.into()));
}
