//! Saying what should be done: each kind of errand through its form, and what is seen once it has begun.

use jiff::{Timestamp, ToSpan};
use serde_json::json;

use super::{
    tab::At::{Button, Css, Link},
    walk::Walk,
};

impl Walk<'_> {
    /// One errand of each kind.
    pub fn wishes(&mut self) {
        self.wishes_a_permit();
        self.wishes_a_ticket();
        self.wishes_to_know_of_fines();
        self.wishes_a_visit();
        self.wishes_the_car_watched();
        self.tab.go("/errands");
        for words in ["上海虹桥", "冀R0D001", "留意违章", "看着车"] {
            self.sees(words);
        }
    }

    fn form(&mut self, kind: &str) {
        self.tab.press(Link("/errands"));
        self.tab.press(Link("/errands/new"));
        self.tab.press(Link(&format!("/errands/new/{kind}")));
    }

    /// The errand is made, and its page tells what it found or when it looks.
    fn begins(&mut self, button: &str, words: &str) {
        self.tab.press(Button(button));
        self.tab
            .wait("/^.errands.[0-9a-z]{10,}$/.test(location.pathname)");
        self.sees(words);
    }

    fn wishes_a_permit(&mut self) {
        self.form("permit.keep");
        let plate = self.house.household.cars[0].plate.clone();
        let account = "张三的车";
        self.tab.fill("plates", &plate);
        self.tab.press(Css("button[name='add.plates']"));
        self.tab.shows(&plate);
        for (name, value) in [
            ("account", account),
            ("purpose", "03"),
            ("district", "010"),
            ("address", "测试路 1 号"),
            ("entry_road", "00606"),
        ] {
            self.tab.fill(name, value);
        }
        self.tab.choose("w.in_beijing", "no");
        self.begins("开始", "下次看");
    }

    /// Stations are offered while typing where scripts run, and found by the server where not.
    fn wishes_a_ticket(&mut self) {
        self.form("rail.ticket");
        if self.tab.has(Css("select[name=account]")) {
            self.tab.fill("account", "陈默");
        }
        if self.tab.mode.scripts {
            self.tab.fill("from", "北京");
            self.tab
                .wait("document.querySelectorAll('#from-list option').length > 1");
        }
        self.tab.fill("from", "北京南");
        self.tab.fill("to", "上海虹桥");
        let tomorrow = Timestamp::now() + 32.hours();
        let tomorrow = daiban_core::dates::today(tomorrow).to_string();
        self.tab.choose("date", &tomorrow);
        self.tab.press(Button("看车次和乘车人"));
        self.tab.fill("苏晴", "yes");
        self.tab.fill("add_train", "G9001");
        self.tab.fill("add_seat", "二等座");
        self.tab.press(Button("加到最后"));
        self.tab.shows("G9001");
        self.tab.choose("then", "ask");
        self.begins("开始盯票", "G9001");
    }

    fn wishes_to_know_of_fines(&mut self) {
        self.form("violation.watch");
        self.begins("开始", "朝阳区测试路");
        let charged = self.house.effects("violation.charge ");
        assert_eq!(charged, 1, "one question was paid for");
    }

    /// The department is searched for by its hospital.
    fn wishes_a_visit(&mut self) {
        self.form("hospital.visit");
        let hospital = &self.house.household.hospital;
        let (place, child) = (hospital.opens.clone(), hospital.child.clone());
        let part: String = place.hos_name.chars().take(5).collect();
        self.tab.fill("find_text", &part);
        let pick = format!("button[name=pick_hos][value={}]", json!(place.hos));
        if self.tab.mode.scripts {
            self.tab.wait(&format!("Boolean(kit.css({}))", json!(pick)));
        } else {
            self.tab.press(Button("找"));
        }
        self.tab.press(Css(&pick));
        self.tab.fill("new_departments", &place.second_name);
        self.tab.press(Css("button[name=add_departments]"));
        self.tab.fill(&child, "yes");
        self.begins("开始盯号", "下次");
    }

    fn wishes_the_car_watched(&mut self) {
        self.form("vehicle.watch");
        self.begins("开始", "下次看");
    }
}
