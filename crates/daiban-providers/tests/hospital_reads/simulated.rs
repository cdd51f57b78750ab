//! The same looks against the simulated service, which knows none of our types.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use daiban_core::Timestamp;
use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Request, Response};
use daiban_core::provider::{Provider, Vault, Visit};
use daiban_providers::hospital::Hospitals;
use daiban_sim::{Clinic, ClinicTime, Hospital, HospitalDepartment, Options, Sim};
use serde_json::{Value, json};
use tower::ServiceExt;

const BEFORE: &str = "2026-12-01T08:29:00+08:00";
const AFTER: &str = "2026-12-01T08:30:03+08:00";

struct Line(Sim);

#[async_trait::async_trait]
impl Http for Line {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let method = request.method.as_str();
        let path = request.url.replacen("https://114.test", "", 1);
        let mut spelled = axum::http::Request::builder().method(method).uri(&path);
        for (name, value) in &request.headers {
            spelled = spelled.header(*name, value);
        }
        let body = Body::from(request.body.unwrap_or_default());
        let router = self.0.router("hospital");
        let answer = router.oneshot(spelled.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        Ok(Response {
            status: parts.status.as_u16(),
            headers: Vec::new(),
            body: axum::body::to_bytes(body, 4 << 20).await.unwrap().to_vec(),
        })
    }
}

#[async_trait::async_trait]
impl Vault for Line {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

struct World {
    hospitals: Hospitals,
    line: Line,
    clock: Arc<AtomicI64>,
    settings: Settings,
    secrets: Secrets,
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    /// Two hospitals; one department, in the morning with a doctor's two times and in the afternoon for anybody.
    fn new(dialect: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(moment(BEFORE).as_millisecond()));
        let shown = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || shown.load(Ordering::Relaxed)),
            seed: 7,
            rail_data: None,
        });
        for (code, name) in [("162", "示例第一医院"), ("H90000002", "示例儿童医院")] {
            sim.add_hospital(Hospital {
                code: code.into(),
                name: name.into(),
                ..Hospital::default()
            });
        }
        sim.add_hospital_department(HospitalDepartment {
            hos: "162".into(),
            first: "04".into(),
            first_name: "内科".into(),
            second: "0644".into(),
            second_name: "消化内科门诊".into(),
            hot: true,
            twice: true,
            place: String::new(),
        });
        let clinic = |half_day: &str, doctor: Option<&str>| Clinic {
            hos: "162".into(),
            first: "04".into(),
            second: "0644".into(),
            half_day: half_day.into(),
            doctor: doctor.map(Into::into),
            ..Clinic::default()
        };
        let time = |from: &str, to: &str, places| ClinicTime {
            from: from.into(),
            to: to.into(),
            places,
        };
        sim.add_clinic(Clinic {
            title: "主任医师".into(),
            times: vec![time("08:00", "08:30", 0), time("08:30", "09:00", 2)],
            ..clinic("MORNING", Some("张示例"))
        });
        sim.add_clinic(clinic("AFTERNOON", None));
        let settings = [("base_url", "https://114.test"), ("dialect", dialect)];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            hospitals: Hospitals::default(),
            line: Line(sim),
            clock,
            settings: settings.into(),
            secrets: Secrets::new(),
        }
    }

    async fn look(&self, now: &str, body: Value) -> Result<Value, ServiceError> {
        let now = moment(now);
        self.clock.store(now.as_millisecond(), Ordering::Relaxed);
        let visit = Visit {
            now,
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: &self.line,
            vault: &self.line,
        };
        self.hospitals.look(&visit, &body).await
    }

    async fn state(&self, now: &str, date: &str) -> Value {
        let body =
            json!({"do": "calendar", "hos": "162", "first": "04", "second": "0644", "watch": true});
        let calendar = self.look(now, body).await.unwrap();
        let mut days = calendar["days"].as_array().unwrap().iter();
        let day = days.find(|day| day["date"] == date);
        day.unwrap()["state"].clone()
    }

    async fn slots(&self, now: &str, date: &str) -> Value {
        let body =
            json!({"do": "slots", "hos": "162", "first": "04", "second": "0644", "date": date});
        self.look(now, body).await.unwrap()["slots"].clone()
    }
}

#[tokio::test]
async fn both_forms_tell_the_same_hospitals_and_departments() {
    for dialect in ["web-2022", "jingtong"] {
        let world = World::new(dialect);
        let all = world
            .look(BEFORE, json!({"do": "hospitals"}))
            .await
            .unwrap();
        assert_eq!(all["count"], 2, "{dialect}");
        let found = json!({"do": "hospitals", "text": "儿童"});
        let found = world.look(BEFORE, found).await.unwrap();
        assert_eq!(found["hospitals"][0]["code"], "H90000002", "{dialect}");
        let one = json!({"do": "hospital", "hos": "162"});
        let one = world.look(BEFORE, one).await.unwrap();
        assert_eq!(
            (&one["name"], &one["opens_at"]),
            (&json!("示例第一医院"), &json!("08:30"))
        );
        let department = json!({"first": {"code": "04", "name": "内科"}, "second": {"code": "0644", "name": "消化内科门诊"}});
        let listed = json!({"do": "departments", "hos": "162"});
        let listed = world.look(BEFORE, listed).await.unwrap();
        assert_eq!(listed["departments"], json!([department]), "{dialect}");
        let pasted = json!({"do": "department", "department": "https://www.114yygh.com/hospital/162/04/0644/source"});
        let pasted = world.look(BEFORE, pasted).await.unwrap();
        assert_eq!(pasted["second"], department["second"], "{dialect}");
    }
}

#[tokio::test]
async fn a_day_turns_available_at_its_release_in_both_forms() {
    for dialect in ["web-2022", "jingtong"] {
        let world = World::new(dialect);
        // Released seven days ahead, at half past eight.
        assert_eq!(world.state(BEFORE, "2026-12-08").await, "soon", "{dialect}");
        assert_eq!(world.slots(BEFORE, "2026-12-08").await, json!([]));
        assert_eq!(
            world.state(AFTER, "2026-12-08").await,
            "available",
            "{dialect}"
        );
        let slots = world.slots("2026-12-01T08:31:00+08:00", "2026-12-08").await;
        let (morning, afternoon) = (&slots[0], &slots[1]);
        assert_eq!(
            (&morning["doctor"], &morning["bookable"]),
            (&json!("张示例"), &json!(true))
        );
        let times = morning["periods"].as_array().unwrap().iter();
        let times: Vec<Value> = times
            .map(|one| json!([one["from"], one["bookable"]]))
            .collect();
        assert_eq!(
            times,
            [json!(["08:00", false]), json!(["08:30", true])],
            "{dialect}"
        );
        assert_eq!(
            morning["periods"][1]["duty_time"],
            "202612080830-202612080900"
        );
        let whole = json!([
            afternoon["half_day"],
            afternoon["doctor"],
            afternoon["bookable"],
            afternoon["periods"]
        ]);
        assert_eq!(whole, json!(["afternoon", null, true, []]), "{dialect}");
    }
}

#[tokio::test]
async fn the_eighth_day_is_told_by_no_week() {
    let world = World::new("web-2022");
    assert_eq!(world.state(BEFORE, "2026-12-09").await, "unknown");
    assert_eq!(world.state(BEFORE, "2026-12-10").await, "none");
}

#[tokio::test]
async fn a_busy_second_week_leaves_the_first() {
    let world = World::new("web-2022");
    world
        .line
        .0
        .set_options(|options| options.hospital.second_week_busy = true);
    let body = json!({"do": "calendar", "hos": "162", "first": "04", "second": "0644"});
    let seen = world.look(BEFORE, body).await.unwrap();
    assert_eq!(seen["days"].as_array().unwrap().len(), 7);
    assert!(
        seen["missing"]["zh"].as_str().unwrap().contains("系统繁忙"),
        "{seen}"
    );
}
