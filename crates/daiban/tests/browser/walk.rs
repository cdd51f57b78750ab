//! What a person does, one function each: setting up, adding accounts, answering, telling a car. The codes a person would read
//! off a phone or a picture come from the simulator, and what really happened too.
//!
//! Saying what should be done is in `wishes`.

use daiban_sim::HouseholdDriver;

use super::{
    house::{House, second_traveller},
    program::until,
    tab::{
        At::{Button, Css, Link},
        Tab,
    },
};

const NAME: &str = "林岚";
const PASSWORD: &str = "a long password 1";

/// A person at a house.
pub struct Walk<'h> {
    pub house: &'h House,
    pub tab: Tab,
}

impl Walk<'_> {
    /// Everything a household does on its first day.
    pub fn first_day(&mut self) {
        self.sets_up();
        self.signs_out_and_in();
        self.adds_permit_accounts();
        self.adds_rail_accounts();
        self.adds_the_others();
        self.wishes();
        self.tells_the_car();
    }

    fn sets_up(&mut self) {
        let tab = &mut self.tab;
        tab.go(&self.house.setup_url);
        tab.fill("name", NAME);
        tab.fill("password", PASSWORD);
        tab.fill("again", PASSWORD);
        tab.press(Button("设好"));
        tab.wait("location.pathname === '/'");
        tab.shows("还没有代办");
    }

    fn signs_out_and_in(&mut self) {
        let tab = &mut self.tab;
        tab.press(Link("/more"));
        tab.press(Button("退出登录"));
        tab.at("/signin");
        tab.go("/errands");
        tab.at("/signin");
        tab.fill("name", NAME);
        tab.fill("password", PASSWORD);
        tab.press(Button("登录"));
        tab.at("/errands");
    }

    /// One with a token, one by the form with a picture and a text message.
    fn adds_permit_accounts(&mut self) {
        let cars = &self.house.household.cars;
        let (first, second) = (&cars[0], &cars[1]);
        self.adds_account("permit", &[("name", "张三的车"), ("token", &first.token)]);
        self.is_signed_in("张三的车");
        let form = [
            ("name", "李四的车"),
            ("sec.name", &*second.name),
            ("id_number", &second.id_number),
            ("phone", &second.phone),
        ];
        self.adds_account("permit", &form);
        self.signs_in("form");
        self.reads_picture(|house, picture| house.sim.read_picture(picture));
        self.types_code(|house| house.sim.sms_code(&second.phone));
        self.is_signed_in("李四的车");
    }

    /// One by QR code, one by password and text message.
    fn adds_rail_accounts(&mut self) {
        self.adds_account("rail", &[("name", "陈默")]);
        self.signs_in("qr");
        self.scans(&self.house.household.rail.username);
        self.is_signed_in("陈默");
        let traveller = second_traveller();
        let secrets = [
            ("name", "苏晴"),
            ("username", &*traveller.username),
            ("password", &traveller.password),
            ("id_tail", &traveller.id_tail),
        ];
        self.adds_account("rail", &secrets);
        self.signs_in("password");
        self.types_code(|house| house.sim.rail_sms_code(&traveller.username));
        self.is_signed_in("苏晴");
    }

    fn adds_the_others(&mut self) {
        let household = &self.house.household;
        let car = &household.cars[1];
        let fines = [
            ("name", "查违章"),
            ("appid", &*household.appid),
            ("secret", &household.secret),
            ("plate", &car.plate),
            ("engine_number", &car.engine_number),
            ("frame_number", &car.frame_number),
            ("monthly_budget_fen", "140"),
        ];
        self.adds_account("violation", &fines);
        self.is_signed_in("查违章");

        let mobile = &household.hospital.mobile;
        self.adds_account("hospital", &[("name", "一家人"), ("mobile", mobile)]);
        self.signs_in("sms");
        self.reads_picture(|house, picture| house.sim.read_hospital_picture(picture));
        self.types_code(|house| house.sim.hospital_sms_code(mobile));
        self.is_signed_in("一家人");

        self.adds_account("vehicle", &tokens(&household.vehicle.petrol));
        self.is_signed_in("领克 01");
    }

    /// Ends on the account's page, or on the first step of its sign-in.
    fn adds_account(&mut self, service: &str, fields: &[(&str, &str)]) {
        let tab = &mut self.tab;
        tab.press(Link("/more"));
        tab.press(Link("/accounts"));
        tab.press(Link(&format!("/accounts/new/{service}")));
        for (name, value) in fields {
            tab.fill(name, value);
        }
        tab.press(Css("form[action^='/accounts/new/'] button.main"));
        tab.wait("/^.(accounts|asks).[0-9a-z]{10,}$/.test(location.pathname)");
    }

    /// Begins a sign-in, unless it has begun with saving; its first step follows.
    fn signs_in(&mut self, way: &str) {
        if !self.tab.path().starts_with("/asks/") {
            let button = format!("button[name=way][value={way}]");
            self.tab.press(Css(&button));
        }
        self.tab.at("/asks/");
    }

    fn opens_account(&mut self, name: &str) {
        self.tab.go("/accounts");
        let link = format!("kit.linking('/accounts/', {})", serde_json::json!(name));
        let link = self.tab.ask(&link);
        self.tab.go(link.as_str().expect("the account is listed"));
    }

    fn is_signed_in(&mut self, name: &str) {
        self.opens_account(name);
        self.sees("已登录");
    }

    /// Loads the page again until these words are on it.
    pub fn sees(&mut self, words: &str) {
        self.tab.reload_until(&format!(
            "kit.text('main').includes({})",
            serde_json::json!(words)
        ));
    }

    fn reads_picture(&mut self, read: impl Fn(&House, &str) -> Option<String>) {
        let picture = self.tab.picture("img.code");
        let code = read(self.house, &picture);
        self.tab
            .fill("text", &code.expect("the picture can be read"));
        self.tab.press(Button("提交"));
    }

    fn types_code(&mut self, code: impl Fn(&House) -> Option<String>) {
        self.tab
            .reload_until("Boolean(kit.css('input[autocomplete=one-time-code]'))");
        let code = until("the text message", || code(self.house));
        self.tab.fill("text", &code);
        self.tab.press(Button("提交"));
    }

    /// The phone's app scans the code off the screen and confirms; daiban notices by itself.
    fn scans(&mut self, username: &str) {
        let picture = self.tab.picture("img.qr");
        let sim = &self.house.sim;
        let uuid = sim.read_rail_qr(&picture).expect("a QR code");
        assert!(sim.scan_rail_qr(&uuid, username) && sim.confirm_rail_qr(&uuid));
    }

    /// Looks at the car, unlocks it with a word of approval, locks it again.
    fn tells_the_car(&mut self) {
        let vin = &self.house.household.vehicle.petrol.vin;
        self.tab.press(Link("/cars"));
        self.tab
            .reload_until("location.pathname.startsWith('/cars')");
        if self.tab.path() == "/cars" {
            self.tab.press(Link("/cars/"));
        }
        let page = self.tab.path();
        self.tab.press(Css("button[name=what][value=cached]"));
        self.command("unlock");
        self.tab.at("/asks/");
        self.tab.press(Css("button[name=approve][value=yes]"));
        let locked = |house: &House| house.sim.car(vin).map(|car| car.doors_locked.driver);
        until("the car is unlocked", || {
            (locked(self.house) == Some(false)).then_some(())
        });
        self.tab.go(&page);
        self.sees("解锁");
    }

    fn command(&mut self, word: &str) {
        let button = format!("form:has(input[name=command][value={word}]) button");
        self.tab.press(Css(&button));
    }
}

fn tokens(driver: &HouseholdDriver) -> [(&str, &str); 7] {
    [
        ("name", "领克 01"),
        ("app_secret", &driver.app_secret),
        ("access_token", &driver.access_token),
        ("refresh_token", &driver.refresh_token),
        ("user_id", &driver.user_id),
        ("client_id", &driver.client_id),
        ("vin", &driver.vin),
    ]
}
