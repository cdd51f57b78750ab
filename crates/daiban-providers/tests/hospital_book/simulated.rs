//! The act against the simulated service: its forms, its codes and lines, and every fault at every step, with what really
//! happened on the other side counted.

use std::sync::Arc;

use daiban_core::http::Lines;
use daiban_core::secret::Secret;
use daiban_providers::hospital::line::Line;
use daiban_sim::{
    Clinic, ClinicLine, ClinicNeeds, ClinicTime, FaultKind, Hospital, HospitalAccount,
    HospitalCard, HospitalDepartment, HospitalPatient, Options, OwnBooking, Sim, When, id_number,
};
use serde_json::{Value, json};

use crate::kit::jars::{CookieLines, Jars};
use crate::kit::lines::SimLines;
use crate::kit::{MINUTE_MS, ManualClock, START_MS};
use crate::{Road, account, code, with};
use daiban_core::account::{Account, Secrets, Settings};
use daiban_core::clock::Clock;
use daiban_core::error::ServiceError;
use daiban_core::http::Http;
use daiban_core::provider::{Provider, Reconciled, Visit};
use daiban_core::service::Service;
use daiban_providers::hospital::Hospitals;

const MOBILE: &str = "13800000000";
const DAY: &str = "2026-11-27";

/// A family that is signed in, in a town with one clinic.
struct Town {
    sim: Sim,
    clock: Arc<ManualClock>,
    line: Box<dyn Http>,
    hospitals: Hospitals,
    settings: Settings,
    secrets: Secrets,
    account: Account,
    nowhere: Road,
}

fn clinic() -> Clinic {
    Clinic {
        hos: "H9".into(),
        first: "04".into(),
        second: "644".into(),
        date: Some(DAY.parse().unwrap()),
        half_day: "AFTERNOON".into(),
        doctor: Some("苏安例".into()),
        title: "副主任医师".into(),
        fee: "60".into(),
        ..Clinic::default()
    }
}

fn patient(name: &str, serial: u32, phone: &str) -> HospitalPatient {
    HospitalPatient {
        name: name.into(),
        id_number: id_number(serial),
        phone: phone.into(),
        cards: vec![
            HospitalCard::social_security(&format!("1000{serial:07}X")),
            HospitalCard::identity(&id_number(serial)),
        ],
        ..HospitalPatient::default()
    }
}

impl Town {
    async fn with(clinic: Clinic) -> Self {
        let clock = ManualClock::starting_at(START_MS);
        let time = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || time.ms()),
            seed: 7,
            rail_data: None,
        });
        furnish(&sim);
        sim.add_clinic(clinic);
        let settings: Settings = [
            ("base_url", "http://127.0.0.1:4"),
            ("mobile", MOBILE),
            ("aes_key", "imed2019imed2019"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let account = account(settings.clone());
        let lines = CookieLines::new(SimLines::new(sim.clone()), Jars::default());
        let town = Self {
            line: lines.line(Service::Hospital, Some(&account.id)),
            sim,
            clock,
            hospitals: Hospitals::default(),
            settings,
            secrets: Secrets::new(),
            account,
            nowhere: Road::default(),
        };
        town.sign_in().await;
        town.pass(61_000);
        town
    }

    async fn new() -> Self {
        Self::with(clinic()).await
    }

    fn pass(&self, ms: i64) {
        self.clock.set(self.clock.ms() + ms);
    }

    async fn sign_in(&self) {
        let picture = self.look(json!({ "do": "picture" })).await.unwrap();
        let picture = picture["picture"].as_str().unwrap();
        let text = self.sim.read_hospital_picture(picture).unwrap();
        let send = json!({ "do": "send_code", "code": text });
        self.act(&send).await.unwrap();
        let code = self.sim.hospital_sms_code(MOBILE).unwrap();
        let login = json!({ "do": "login", "code": code });
        self.act(&login).await.unwrap();
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            now: self.clock.now(),
            chance: 0,
            settings: &self.settings,
            account: Some(&self.account),
            secrets: &self.secrets,
            http: &*self.line,
            vault: &self.nowhere,
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.hospitals.look(&self.visit(), &body).await
    }

    async fn act(&self, body: &Value) -> Result<Value, ServiceError> {
        self.hospitals.act(&self.visit(), body).await
    }

    /// Asks until there is an answer, as the engine does.
    async fn became(&self, body: &Value) -> Reconciled {
        let sent_at = self.clock.now();
        for _ in 0..30 {
            let asked = self.hospitals.reconcile(&self.visit(), body, sent_at).await;
            match asked {
                Ok(Reconciled::AskAgain { at, .. }) => self.clock.set(at.as_millisecond()),
                Ok(became) => return became,
                Err(_) => self.pass(MINUTE_MS),
            }
        }
        panic!("no answer by {}", self.clock.now())
    }

    /// Wishes for the places of a department that the service shows now.
    async fn wishes(&self, first: &str, second: &str) -> Vec<Value> {
        let visit = self.visit();
        let line = Line::of(&visit).unwrap();
        let body = json!({ "hosCode": "H9", "firstDeptCode": first, "secondDeptCode": second, "target": DAY });
        let request = line.post("web/product/detail", &body, "");
        let halves = line.ask(request).await.unwrap();
        let halves = halves.as_array().unwrap().iter();
        let products = halves.flat_map(|half| half["detail"].as_array().unwrap());
        let wish = |product: &Value| {
            let period = &product["period"][0];
            let chosen = if period.is_null() { product } else { period };
            json!({
                "do": "book", "department": { "hos": "H9", "first": first, "second": second },
                "date": DAY, "half_day": "afternoon", "doctor": product["doctorName"], "title": product["doctorTitleName"],
                "key": chosen["uniqProductKey"], "duty_time": period["dutyTime"].as_str().unwrap_or("0"),
                "patient": { "name": "王示例", "id_mask": masked(&id_number(1)) }, "card": "SOCIAL_SECURITY",
                "fee_max_fen": 6000,
            })
        };
        products.map(wish).collect()
    }

    async fn wish(&self) -> Value {
        self.wishes("04", "644").await.swap_remove(0)
    }

    /// What really happened, by the beginning of its words.
    fn effects(&self, beginning: &str) -> usize {
        let effects = self.sim.effects().into_iter();
        let texts = effects.filter_map(|entry| entry.effect);
        texts.filter(|effect| effect.starts_with(beginning)).count()
    }

    fn booked(&self) -> usize {
        self.effects("hospital.book ")
    }
}

fn furnish(sim: &Sim) {
    sim.add_hospital(Hospital {
        code: "H9".into(),
        name: "北京示例第九医院".into(),
        cancel_by: Some("15:00".into()),
        ..Hospital::default()
    });
    for (second, name) in [
        ("644", "呼吸科门诊"),
        ("645", "内科门诊"),
        ("646", "皮肤科门诊"),
    ] {
        sim.add_hospital_department(HospitalDepartment {
            hos: "H9".into(),
            first: "04".into(),
            first_name: "门诊".into(),
            second: second.into(),
            second_name: name.into(),
            place: "门诊楼二层分诊台".into(),
            ..HospitalDepartment::default()
        });
    }
    sim.add_hospital_account(HospitalAccount {
        mobile: MOBILE.into(),
        name: "王示例".into(),
        id_number: id_number(1),
        real_name: true,
        patients: vec![patient("王示例", 1, MOBILE), patient("王小例", 2, "")],
    });
}

fn masked(number: &str) -> String {
    format!("{}****{}", &number[..4], &number[number.len() - 4..])
}

fn ordered(result: &Value) -> &Value {
    assert!(result["ordered"].is_object(), "{result}");
    &result["ordered"]
}

#[tokio::test]
async fn a_place_is_booked_and_shown() {
    let town = Town::new().await;
    let result = town.act(&town.wish().await).await.unwrap();
    let order = ordered(&result);
    assert_eq!(
        (order["lineup"].clone(), order["older"].clone()),
        (json!(false), json!(false))
    );
    let detail = order["detail"].clone();
    assert_eq!(detail["state"], "booked");
    assert_eq!(detail["date"], DAY);
    assert_eq!(detail["half_day"], "afternoon");
    assert_eq!(detail["patient"], "王示例");
    assert_eq!(detail["cancel_before"], "2026-11-26T15:00:00+08:00");
    assert_eq!(detail["take"], json!(["门诊楼二层分诊台"]));
    assert_eq!(town.booked(), 1);
    let look = json!({ "do": "order", "hos": "H9", "order_no": order["order_no"] });
    assert_eq!(town.look(look).await.unwrap(), detail);
    let orders = town.look(json!({ "do": "orders" })).await.unwrap();
    assert_eq!(orders["complete"], true);
    assert_eq!(orders["orders"][0]["order_no"], order["order_no"]);
    assert_eq!(orders["orders"][0]["made_at"], detail["made_at"]);
}

#[tokio::test]
async fn pitfall_child_patient_with_a_period_and_no_phone() {
    let time = |from: &str, to: &str| ClinicTime {
        from: from.into(),
        to: to.into(),
        places: 2,
    };
    let town = Town::with(Clinic {
        times: vec![time("13:30", "14:00"), time("14:00", "14:30")],
        ..clinic()
    })
    .await;
    let child = json!({ "patient": { "name": "王小例", "id_mask": masked(&id_number(2)) } });
    let wish = with(town.wish().await, &child);
    let result = town.act(&wish).await.unwrap();
    let detail = &ordered(&result)["detail"];
    assert_eq!(detail["patient"], "王小例");
    assert_eq!(detail["period"], "13:30-14:00");
}

#[tokio::test]
async fn pitfall_masked_card_is_taken_masked_or_whole() {
    for whole in ["", "10000000001X"] {
        let mut town = Town::new().await;
        town.secrets
            .insert("card_nos".to_owned(), Secret::new(whole));
        town.act(&town.wish().await).await.unwrap();
        assert_eq!(town.booked(), 1);
        let saves = town.sim.journal();
        let save = saves
            .iter()
            .find(|entry| entry.path.contains("order/save"))
            .unwrap();
        let body: Value = serde_json::from_str(&save.body).unwrap();
        assert_eq!(
            body["cardNo"],
            if whole.is_empty() {
                "1000****001X"
            } else {
                whole
            }
        );
    }
}

#[tokio::test]
async fn a_code_is_asked_for_sent_and_given() {
    let needs = ClinicNeeds {
        sms: Some(4),
        ..ClinicNeeds::default()
    };
    let town = Town::with(Clinic { needs, ..clinic() }).await;
    let wish = town.wish().await;
    let stopped = town.act(&wish).await.unwrap();
    assert_eq!(stopped["stopped"]["why"], "sms");
    let send = json!({ "do": "send_order_code", "key": wish["key"] });
    assert_eq!(town.act(&send).await, Ok(json!({ "sent": true })));
    assert_eq!(code(&town.act(&send).await.unwrap_err()), "sms_too_often");
    let sent = town.sim.hospital_sms_code(MOBILE).unwrap();
    let other = if sent == "000000" { "000001" } else { "000000" };
    let wrong = with(wish.clone(), &json!({ "sms_code": other }));
    assert_eq!(code(&town.act(&wrong).await.unwrap_err()), "sms_wrong");
    let right = with(wish, &json!({ "sms_code": sent }));
    ordered(&town.act(&right).await.unwrap());
    assert_eq!(town.booked(), 1);
}

#[tokio::test]
async fn what_the_page_shows_is_what_is_booked() {
    let shows = async |name: &str, value: Value| {
        let at_confirm = [(name.to_owned(), value)].into_iter().collect();
        let town = Town::with(Clinic {
            at_confirm,
            ..clinic()
        })
        .await;
        let result = town.act(&town.wish().await).await.unwrap();
        assert_eq!(town.booked(), 0);
        result["stopped"]["why"].clone()
    };
    assert_eq!(shows("doctorName", json!("林宁例")).await, "changed");
    assert_eq!(shows("doctorName", Value::Null).await, "changed");
    assert_eq!(
        shows("visitTime", json!("2026年11月27日 周六 下午 ")).await,
        "changed"
    );
    assert_eq!(
        shows("visitTime", json!("2026年11月28日 周六 下午 ")).await,
        "changed"
    );
    assert_eq!(shows("serviceFee", json!("61")).await, "too_dear");
}

// ── the line ──

async fn in_line(waits: u32, refused: bool) -> Town {
    let line = Some(ClinicLine { waits, refused });
    Town::with(Clinic { line, ..clinic() }).await
}

async fn stands(town: &Town, order_no: &Value) -> Value {
    let look = json!({ "do": "lineup", "hos": "H9", "order_no": order_no });
    town.look(look).await.unwrap()["state"].clone()
}

#[tokio::test]
async fn one_in_line_is_booked_only_when_it_is_through() {
    let town = in_line(2, false).await;
    let result = town.act(&town.wish().await).await.unwrap();
    let order = ordered(&result);
    assert_eq!(order["lineup"], true);
    assert_eq!(order["detail"], Value::Null);
    for state in ["waiting", "waiting", "through"] {
        assert_eq!(town.booked(), 0);
        assert_eq!(stands(&town, &order["order_no"]).await, state);
    }
    assert_eq!(town.booked(), 1);
    let look = json!({ "do": "order", "hos": "H9", "order_no": order["order_no"] });
    assert_eq!(town.look(look).await.unwrap()["state"], "booked");
}

#[tokio::test]
async fn one_that_is_sent_away_is_not_booked() {
    let town = in_line(0, true).await;
    let result = town.act(&town.wish().await).await.unwrap();
    let order_no = &ordered(&result)["order_no"];
    assert_eq!(stands(&town, order_no).await, "refused");
    assert_eq!(town.booked(), 0);
    let look = json!({ "do": "order", "hos": "H9", "order_no": order_no });
    assert_eq!(town.look(look).await.unwrap()["state"], "unknown");
}

#[tokio::test]
async fn one_whose_answer_was_lost_is_found_in_line() {
    let town = in_line(3, false).await;
    let wish = town.wish().await;
    town.sim
        .faults()
        .once("hospital", "order/save", When::After, FaultKind::Timeout);
    assert_eq!(code(&town.act(&wish).await.unwrap_err()), "unsure");
    let Reconciled::Happened(result) = town.became(&wish).await else {
        panic!("it stands in line")
    };
    assert_eq!(ordered(&result)["lineup"], true);
    assert_eq!(town.effects("hospital.lineup"), 1);
    assert_eq!(town.booked(), 0);
}

// ── rules of the platform ──

#[tokio::test]
async fn pitfall_8008_is_the_booking_there_was_already() {
    let town = Town::new().await;
    let own = OwnBooking {
        mobile: MOBILE.into(),
        patient: "王示例".into(),
        hos: "H9".into(),
        first: "04".into(),
        second: "644".into(),
        date: DAY.parse().unwrap(),
    };
    let order_no = town.sim.book_hospital_as_owner(&own).unwrap();
    town.pass(10 * MINUTE_MS);
    let wish = town.wish().await;
    assert_eq!(code(&town.act(&wish).await.unwrap_err()), "unsure");
    let Reconciled::Happened(result) = town.became(&wish).await else {
        panic!("there is one")
    };
    assert_eq!(ordered(&result)["order_no"], json!(order_no));
    assert_eq!(ordered(&result)["older"], true);
    assert_eq!(town.booked(), 0);
}

#[tokio::test]
async fn the_rules_say_no_in_words_that_are_known() {
    let town = Town::new().await;
    for second in ["645", "646"] {
        town.sim.add_clinic(Clinic {
            second: second.into(),
            ..clinic()
        });
    }
    ordered(&town.act(&town.wish().await).await.unwrap());
    let second = town.wishes("04", "645").await.swap_remove(0);
    ordered(&town.act(&second).await.unwrap());
    let third = town.wishes("04", "646").await.swap_remove(0);
    assert_eq!(code(&town.act(&third).await.unwrap_err()), "limit");
    assert_eq!(town.booked(), 2);
}

#[tokio::test]
async fn a_place_that_is_gone_is_a_clear_no() {
    let town = Town::with(Clinic {
        places: 1,
        ..clinic()
    })
    .await;
    let wish = town.wish().await;
    ordered(&town.act(&wish).await.unwrap());
    let child = json!({ "patient": { "name": "王小例", "id_mask": masked(&id_number(2)) } });
    let error = town.act(&with(wish, &child)).await.unwrap_err();
    assert_eq!(code(&error), "no_source");
    assert_eq!(town.booked(), 1);
}

#[tokio::test]
async fn a_lost_sign_in_books_nothing() {
    let town = Town::new().await;
    let wish = town.wish().await;
    town.sim.drop_hospital_sessions();
    assert_eq!(town.act(&wish).await.unwrap_err().code(), "sign_in_lost");
    assert_eq!(town.booked(), 0);
}

// ── faults ──

const STEPS: [&str; 6] = [
    "real-name/status",
    "patient/list",
    "product/confirm",
    "order/save",
    "order/detail",
    "order/list",
];

fn kinds() -> Vec<FaultKind> {
    let rename = |from: &str| FaultKind::Rename {
        from: from.to_owned(),
        to: "renamed".to_owned(),
    };
    vec![
        FaultKind::Timeout,
        FaultKind::Reset,
        FaultKind::Status500,
        FaultKind::Html,
        FaultKind::Code(0),
        FaultKind::Code(8008),
        FaultKind::Code(10_000),
        rename("resCode"),
        rename("data"),
        rename("orderNo"),
    ]
}

/// The act with a fault at a step, its outcome asked for as the engine does: what is told is what happened, and it happened
/// once at most. `restarts`: the process ends before it is asked.
async fn told_truly(step: &str, when: When, kind: &FaultKind, restarts: bool) {
    let mut town = Town::new().await;
    let wish = town.wish().await;
    town.sim.faults().once("hospital", step, when, kind.clone());
    if step == "order/list" {
        // Something to ask about.
        town.sim
            .faults()
            .once("hospital", "order/save", when, FaultKind::Timeout);
    }
    let told = format!("{step} {when:?} {kind:?} {restarts}");
    let acted = town.act(&wish).await;
    let is_booked = match acted {
        Ok(result) => result["ordered"].is_object(),
        Err(ServiceError::Unsure { .. }) => {
            if restarts {
                town.hospitals = Hospitals::default();
            }
            match town.became(&wish).await {
                Reconciled::Happened(result) => result["ordered"].is_object(),
                Reconciled::DidNotHappen(_) => false,
                other => panic!("{told}: {other:?}"),
            }
        }
        Err(_) => false,
    };
    assert_eq!(town.booked(), usize::from(is_booked), "{told}");
    let journal = town.sim.journal();
    assert!(journal.iter().any(|entry| entry.fault.is_some()), "{told}");
    // Nothing was sent twice.
    let saves = journal
        .iter()
        .filter(|entry| entry.path.contains("order/save"));
    assert!(saves.count() <= 1, "{told}");
}

#[tokio::test]
async fn pitfall_two_bookings_for_one_intent_every_fault_is_told_truly() {
    for step in STEPS {
        for when in [When::Before, When::After] {
            for kind in kinds() {
                told_truly(step, when, &kind, false).await;
                told_truly(step, when, &kind, true).await;
            }
        }
    }
}

#[tokio::test]
async fn where_there_is_no_list_the_owner_is_told_to_look() {
    let town = Town::new().await;
    town.sim
        .set_options(|options| options.hospital.order_list = false);
    let wish = town.wish().await;
    town.sim
        .faults()
        .once("hospital", "order/save", When::After, FaultKind::Timeout);
    assert_eq!(code(&town.act(&wish).await.unwrap_err()), "unsure");
    let began = town.clock.ms();
    let became = town.became(&wish).await;
    assert!(matches!(became, Reconciled::CannotKnow(_)), "{became:?}");
    assert!(town.clock.ms() - began >= 10 * MINUTE_MS);
    assert_eq!(town.booked(), 1);
}

#[tokio::test]
async fn one_that_its_owner_cancelled_meanwhile_happened() {
    let town = Town::new().await;
    let wish = town.wish().await;
    town.sim
        .faults()
        .once("hospital", "order/save", When::After, FaultKind::Timeout);
    town.act(&wish).await.unwrap_err();
    town.pass(20_000);
    assert!(town.sim.cancel_hospital_order("900000000001"));
    let Reconciled::Happened(result) = town.became(&wish).await else {
        panic!("it happened")
    };
    assert_eq!(ordered(&result)["detail"]["state"], "cancelled");
}
