//! The violation service: signature and answers, the code table, the gate on money, and the errand on a virtual clock.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
    sync::Mutex,
};

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Secrets, Settings},
    call::{Call, CallState, Charged, NewCall, Outcome},
    errand::{Incoming, Machine, Pass, Phase, Snapshot, Step},
    error::ServiceError,
    http::{Http, HttpFailure, Request, Response},
    id::{AccountId, CallId, ErrandId},
    notice::ProblemChange,
    provider::{Book, Gate, Provider, Reconciled, Vault, Visit},
};
use daiban_providers::violation::{
    self, Violation, car,
    decide::{self, Decision, Facts, Past},
    error::{CODES, Class, look_up, refusal},
    fines::{Blocking, Check, Fine, Meaning, Source, State, blocking, diff},
    watch::Watch,
    wire::{self, SignMode, Unreadable},
};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

const PLATE: &str = "冀R0D001";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/violation")
            .join(name),
    )
    .unwrap()
}

/// The folder of sample answers that is not part of this repository; `None` says so on stderr.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("DAIBAN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        |root| match PathBuf::from(root) {
            root if root.join("data").is_dir() => root.join("data"),
            root => root,
        },
    );
    let folder = folder.join("violation");
    if !folder.is_dir() {
        eprintln!("skipped: no shared samples of the violation service");
        return None;
    }
    Some(folder)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn settings() -> Settings {
    let pairs = [
        ("plate", PLATE),
        ("plate_type", "02"),
        ("engine_number", "TESTENG000001"),
        ("frame_number", "LTESTVIN000000001"),
        ("url", "https://example.invalid/pyi/65/173"),
    ];
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn secrets() -> Secrets {
    [("appid", "90001"), ("secret", SECRET)]
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into()
}

mod signature {
    use super::*;

    const BASE: [(&str, &str); 6] = [
        ("appid", "90001"),
        ("car_no", PLATE),
        ("car_type", "02"),
        ("engine_number", "TESTENG000001"),
        ("format", "json"),
        ("frame_number", "LTESTVIN000000001"),
    ];

    fn check(changes: &[(&'static str, &'static str)], expected: &str) {
        let mut params: BTreeMap<&str, &str> = BASE.into();
        params.extend(changes.iter().copied());
        let params: Vec<_> = params.into_iter().rev().collect();
        assert_eq!(wire::md5_sign(&params, SECRET), expected, "{changes:?}");
    }

    #[test]
    fn worked_examples() {
        check(&[], "2c748e57f2b6a7cfeaef28623e1ae66f");
        check(
            &[("time", "1790000000")],
            "b2ed1e6ba2634b0b6e3925adacfdd54d",
        );
        let green = [
            ("car_no", "冀RD00001"),
            ("car_type", "52"),
            ("frame_number", ""),
            ("time", "1790000000"),
        ];
        check(&green, "867549307d7d55252cb250edc080d518");
        check(
            &[("engine_number", "0")],
            "7369fb04ee5df1fa2a6c3ef60c4c2318",
        );
        check(
            &[("engine_number", "AB 12&3+4")],
            "5b6c418c845536de6f8a6ab1f279ebee",
        );
        check(&[("frame_number", " ")], "4136af15532b012f6a0857c1d82e889d");
        check(
            &[("Zeta", "1"), ("abc", "2")],
            "d0e2602dd1f52b9a6b238c58c8a84d8d",
        );
    }

    #[test]
    fn shared_vectors() {
        let Some(folder) = shared() else { return };
        let file: Value =
            serde_json::from_slice(&std::fs::read(folder.join("sign_vectors.json")).unwrap())
                .unwrap();
        let mut checked = 0;
        for vector in file["vectors"].as_array().unwrap() {
            let params = vector["params"].as_object().unwrap();
            // Only texts are ever passed here: a number is sent as its digits, null and "no" as nothing at all.
            if params.values().any(|value| value.as_bool() == Some(true)) {
                continue;
            }
            let texts: Vec<(String, String)> = params
                .iter()
                .filter_map(|(key, value)| match value {
                    Value::String(text) => Some((key.clone(), text.clone())),
                    Value::Number(number) => Some((key.clone(), number.to_string())),
                    _ => None,
                })
                .collect();
            let pairs: Vec<(&str, &str)> = texts
                .iter()
                .map(|(key, value)| (&**key, &**value))
                .collect();
            let sign = wire::md5_sign(&pairs, vector["secret"].as_str().unwrap());
            assert_eq!(sign, vector["php"]["sign"], "{}", vector["id"]);
            checked += 1;
        }
        assert_eq!(checked, 10);
    }

    #[test]
    fn the_form_is_fully_encoded_and_has_no_time() {
        let car = car::find(&settings(), PLATE).unwrap();
        let form = wire::form(&wire::params("90001", &car), SignMode::Md5, SECRET);
        assert_eq!(
            form,
            "appid=90001&car_no=%E5%86%80R0D001&car_type=02&engine_number=TESTENG000001&format=json\
             &frame_number=LTESTVIN000000001&sign=2c748e57f2b6a7cfeaef28623e1ae66f"
        );
        let odd = wire::form(
            &[("engine_number", "AB 12&3+4"), ("frame_number", "")],
            SignMode::Hash,
            "s",
        );
        assert_eq!(odd, "engine_number=AB+12%263%2B4&sign=s");
    }

    #[test]
    fn secrets_travel_only_over_https_or_to_this_machine() {
        for good in [
            "https://a.example/x",
            "HTTPS://a.example",
            "http://127.0.0.1:8080/x",
            "http://[::1]:80/x",
            "http://localhost/x",
        ] {
            assert!(wire::may_carry_secret(good), "{good}");
        }
        for bad in [
            "http://a.example/x",
            "http://127.0.0.1@a.example/",
            "http://localhost.example/",
            "ftp://x",
            "",
            "http://10.0.0.1",
        ] {
            assert!(!wire::may_carry_secret(bad), "{bad}");
        }
    }
}

mod answers {
    use super::*;

    fn read(name: &str) -> wire::Answer {
        wire::read(&fixture(name)).unwrap()
    }

    #[test]
    fn three_fines() {
        let answer = read("found.json");
        assert_eq!(answer.code, 10000);
        assert_eq!(answer.at, Some(at("2026-09-21T14:13:20Z")));
        let [open, unpaid, closed] = answer.violations.as_slice() else {
            panic!()
        };
        assert_eq!(
            serde_json::to_value(open).unwrap(),
            json!({"id":"a1","at":"2026-05-04T08:15:00+08:00","place":"示例路口","action":"不按所需行进方向驶入导向车道","code":"1208",
                "fine_yuan":100,"points":2,"city":"示例市","city_code":"130000","organ":null,"state":"open","online":true})
        );
        assert_eq!(
            (unpaid.state, unpaid.online),
            (Some(State::HandledUnpaid), false)
        );
        assert_eq!(
            (closed.state, closed.fine_yuan),
            (Some(State::Closed), Some(0))
        );
    }

    #[test]
    fn other_forms_of_the_same_thing() {
        assert_eq!(read("no_data.json").code, 10025);
        assert!(
            read("no_data.json").at.is_some(),
            "the other name of the clock"
        );
        let list = read("bare_list.json").violations;
        assert_eq!(
            (list[0].state, list[0].online),
            (Some(State::Open), false),
            "absent marks have documented meanings"
        );
        assert_eq!(list[0].id, "2026-05-04 08:15:00|1208|示例路口");
        assert_eq!(read("text.json").violations.len(), 1);
        assert_eq!(read("none.json").violations, []);
    }

    #[test]
    fn ids_are_unique_whatever_the_service_numbers() {
        for name in ["zero_numbers.json", "same_numbers.json", "found.json"] {
            let violations = read(name).violations;
            let ids: std::collections::BTreeSet<_> =
                violations.iter().map(|fine| &fine.id).collect();
            assert_eq!(ids.len(), violations.len(), "{name}: {ids:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_the_place() {
        let changed = |code, place: &str| Unreadable::Changed {
            code,
            place: place.to_owned(),
        };
        let check = |body: &[u8], expected: Unreadable| assert_eq!(wire::read(body), Err(expected));
        check(
            &fixture("renamed.json"),
            changed(Some(10000), "retdata.data"),
        );
        check(
            &fixture("page.html"),
            Unreadable::NotAnAnswer { saw: "a page" },
        );
        check(
            &fixture("found.json")[..300],
            Unreadable::NotAnAnswer {
                saw: "an answer that ends early",
            },
        );
        check(
            b"",
            Unreadable::NotAnAnswer {
                saw: "an empty body",
            },
        );
        check(
            b"busy",
            Unreadable::NotAnAnswer {
                saw: "something that is not JSON",
            },
        );
        check(b"[]", changed(None, "answer"));
        check(br#"{"code":10000}"#, changed(None, "codeid"));
        check(
            br#"{"codeid":10000,"retdata":[{"time":"x"}]}"#,
            changed(Some(10000), "retdata.data[0]"),
        );
        check(
            br#"{"codeid":10000,"retdata":"ok"}"#,
            changed(Some(10000), "retdata"),
        );
        check(
            br#"{"codeid":10000,"retdata":{"vioNum":2,"data":[]}}"#,
            changed(Some(10000), "retdata.data"),
        );
    }

    fn one(field: &str, value: Value) -> Fine {
        let body = json!({"codeid": 10000, "retdata": [{"vioCode": "1208", field: value}]});
        wire::read(body.to_string().as_bytes())
            .unwrap()
            .violations
            .remove(0)
    }

    #[test]
    fn amounts_and_times_are_read_or_unknown_never_rounded() {
        for (given, expected) in [
            (json!(100), Some(100)),
            (json!("100"), Some(100)),
            (json!("100.00"), Some(100)),
            (json!(" 200元 "), Some(200)),
            (json!("50.5"), None),
            (json!(-1), None),
            (json!(""), None),
            (json!(null), None),
        ] {
            assert_eq!(one("vioFine", given.clone()).fine_yuan, expected, "{given}");
        }
        for (given, expected) in [
            ("2026-02-03 09:15:00", Some(at("2026-02-03T09:15:00+08:00"))),
            ("2026/02/03 09:15:00", Some(at("2026-02-03T09:15:00+08:00"))),
            ("2026-02-03", None),
            ("昨天", None),
        ] {
            assert_eq!(one("vioTime", json!(given)).at, expected, "{given}");
        }
        assert_eq!(one("handleSign", json!(9)).state, None);
    }

    proptest! {
        #[test]
        fn the_reader_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = wire::read(&bytes);
        }

        #[test]
        fn the_reader_survives_damage(cut in 0usize..1500, flip in 0usize..1500, byte: u8) {
            let mut body = fixture("found.json");
            let flip = flip % body.len();
            body[flip] = byte;
            body.truncate(cut);
            let _ = wire::read(&body);
        }

        #[test]
        fn the_reader_survives_any_value(value in any_json()) {
            let body = json!({"codeid": 10000, "retdata": value});
            if let Ok(answer) = wire::read(body.to_string().as_bytes()) {
                let ids: std::collections::BTreeSet<_> = answer.violations.iter().map(|fine| &fine.id).collect();
                prop_assert_eq!(ids.len(), answer.violations.len());
            }
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let key = prop_oneof![
            "data",
            "vioNum",
            "vioTime",
            "vioCode",
            "vioFine",
            "handleNum",
            "handleSign",
            "[a-z]{1,4}"
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[0-9.元 :-]{0,20}".prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec((key.clone(), inner), 0..6)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }
}

mod codes {
    use super::*;

    #[test]
    fn every_code_has_one_row_and_one_meaning() {
        let check = |code, class, charged, error: Option<&str>| {
            let row = look_up(code);
            assert_eq!((row.class, row.charged), (class, charged), "{code}");
            assert_eq!(
                refusal(code, "").as_ref().map(ServiceError::code),
                error,
                "{code}"
            );
            assert!(!row.words.zh.is_empty() && !row.words.en.is_empty() && !row.source.is_empty());
        };
        use Charged::{Maybe, No, Yes};
        check(10000, Class::Success, Yes, None);
        for code in [10001, 10002, 10017] {
            check(code, Class::OurBug, No, Some("changed"));
        }
        for code in [10003, 10005, 10006, 10008, 10009, 10010] {
            check(code, Class::Config, No, Some("needs_person"));
        }
        check(10004, Class::Clock, No, Some("needs_person"));
        for code in [10007, 10011, 10012, 10013, 10018, 10020, 10022] {
            check(code, Class::StopAccount, No, Some("refused"));
        }
        for code in [10014, 10021] {
            check(code, Class::Transient, No, Some("busy"));
        }
        for code in [10015, 10019] {
            check(code, Class::Input, No, Some("refused"));
        }
        check(10023, Class::Async, No, None);
        check(10024, Class::Debug, No, None);
        check(10025, Class::NoData, No, None);
        for code in [10016, 0, -1, 99999] {
            check(code, Class::Unknown, Maybe, Some("refused"));
        }
        assert_eq!(CODES.len(), 25);
    }

    #[test]
    fn the_services_own_words_are_passed_on() {
        let error = refusal(10006, "请添加ip203.0.113.9").unwrap();
        assert!(error.text().zh.contains("203.0.113.9") && error.text().en.contains("203.0.113.9"));
    }

    #[test]
    fn shared_table_agrees_on_money_and_class() {
        let Some(folder) = shared() else { return };
        let rows: Vec<Value> =
            serde_json::from_slice(&std::fs::read(folder.join("codes.json")).unwrap()).unwrap();
        assert_eq!(rows.len(), CODES.len());
        for row in rows {
            let code = row["codeid"].as_i64().unwrap();
            let ours = look_up(code);
            assert_eq!(
                ours.charged == Charged::Yes,
                row["charged"] == true,
                "{code}"
            );
            let theirs = row["class"].as_str().unwrap();
            let fits = match ours.class {
                Class::Success => theirs == "success",
                Class::Config => matches!(theirs, "config" | "sign"),
                Class::OurBug => matches!(theirs, "config" | "clock"),
                Class::Clock => theirs == "clock",
                Class::Input => theirs == "input",
                Class::StopAccount => theirs == "stop_account" || code == 10007,
                Class::Transient => theirs == "transient",
                Class::Async => theirs == "async",
                Class::Debug => theirs == "debug",
                Class::NoData => theirs == "no_data",
                Class::Unknown => false,
            };
            assert!(fits, "{code}: {:?} and {theirs}", ours.class);
        }
    }
}

mod cars {
    use super::*;

    fn with(name: &str, value: &str) -> Settings {
        let mut settings = settings();
        settings.insert(name.to_owned(), value.to_owned());
        settings
    }

    #[test]
    fn wrong_details_are_named_before_money_is_spent() {
        for (name, value, field) in [
            ("plate", "R0D001", "plate"),
            ("plate_type", "77", "plate_type"),
            ("plate_type", "52", "plate_type"),
            ("engine_number", "", "engine_number"),
            ("engine_number", "****0001", "engine_number"),
            ("frame_number", "", "frame_number"),
            ("frame_number", "L*************001", "frame_number"),
            ("more_cars", "冀R0D002,02,TESTENG000002", "more_cars"),
            (
                "more_cars",
                "冀R0D001,02,TESTENG000001,LTESTVIN000000001",
                "more_cars",
            ),
        ] {
            assert_eq!(
                car::all(&with(name, value)).unwrap_err().field,
                field,
                "{name}={value}"
            );
        }
    }

    #[test]
    fn several_cars_and_a_guessed_type() {
        let mut settings = with("more_cars", "冀RD00001, ,testeng000002,ltestvin000000002；");
        settings.remove("plate_type");
        let cars = car::all(&settings).unwrap();
        assert_eq!(
            cars.iter()
                .map(|car| car.plate_type.as_str())
                .collect::<Vec<_>>(),
            ["02", "52"]
        );
        assert_eq!(cars[1].engine.as_str(), "TESTENG000002");
        assert_eq!(car::find(&settings, "冀R0D009").unwrap_err().field, "plate");
        assert!(!format!("{cars:?}").contains("TESTENG"));
    }

    #[test]
    fn an_account_is_checked_and_tidied() {
        let check = |settings: &mut Settings, secrets: &mut Secrets| {
            Violation.check_account(settings, secrets)
        };
        let mut tidy = with("plate", "冀r·0d001");
        check(&mut tidy, &mut secrets()).unwrap();
        assert_eq!(tidy["plate"], PLATE);
        for (name, value) in [
            ("url", "http://a.example/x"),
            ("sign", "sha"),
            ("monthly_budget_fen", "-1"),
        ] {
            assert_eq!(
                check(&mut with(name, value), &mut secrets())
                    .unwrap_err()
                    .field,
                name
            );
        }
        let mut without = secrets();
        without.remove("secret");
        assert_eq!(
            check(&mut settings(), &mut without).unwrap_err().field,
            "secret"
        );
    }
}

mod changes {
    use super::*;

    fn fine(id: &str, state: State, city: Option<&str>) -> Fine {
        Fine {
            id: id.to_owned(),
            at: None,
            place: Some(format!("示例路{id}")),
            action: None,
            code: Some("1208".to_owned()),
            fine_yuan: Some(100),
            points: Some(3),
            city: city.map(str::to_owned),
            city_code: None,
            organ: None,
            state: Some(state),
            online: true,
        }
    }

    #[test]
    fn new_changed_gone() {
        let old = [
            fine("a", State::Open, None),
            fine("b", State::Open, None),
            fine("c", State::Open, None),
        ];
        let new = [
            fine("a", State::Open, None),
            fine("b", State::Closed, None),
            fine("d", State::Open, None),
        ];
        let ids = |fines: &[Fine]| fines.iter().map(|fine| fine.id.clone()).collect::<Vec<_>>();
        let changes = diff(&old, &new);
        assert_eq!(
            (ids(&changes.new), ids(&changes.changed), ids(&changes.gone)),
            (vec!["d".into()], vec!["b".into()], vec!["c".into()])
        );
    }

    #[test]
    fn a_number_given_later_is_no_new_fine() {
        let before = Fine {
            id: "t|1208|示例路a".to_owned(),
            ..fine("a", State::Open, None)
        };
        assert!(!diff(&[before], &[fine("a", State::Open, None)]).worth_telling());
    }

    #[test]
    fn what_may_block_a_permit_is_said_honestly() {
        let fines = [
            fine("a", State::Open, Some("廊坊市")),
            fine("b", State::HandledUnpaid, Some("北京市")),
            fine("c", State::Closed, Some("北京市")),
        ];
        assert_eq!(blocking(&fines), [&fines[1]]);
        assert!(Blocking::of(&fines).in_beijing);
        let elsewhere = &fines[..1];
        assert_eq!(blocking(elsewhere), [&fines[0]]);
        let may_be = Blocking::of(elsewhere);
        assert!(
            !may_be.in_beijing && may_be.zh().contains("可能") && may_be.en().contains("may be")
        );
        assert!(blocking(&fines[2..]).is_empty());
        let coded = Fine {
            city_code: Some("110105".to_owned()),
            ..fine("e", State::Open, None)
        };
        assert!(coded.in_beijing());
    }

    fn any_fines() -> impl Strategy<Value = Vec<Fine>> {
        let state = prop_oneof![
            Just(State::Open),
            Just(State::HandledUnpaid),
            Just(State::Closed)
        ];
        proptest::collection::btree_map("[a-h]", state, 0..8).prop_map(|fines| {
            fines
                .into_iter()
                .map(|(id, state)| fine(&id, state, None))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn nothing_is_new_against_itself(fines in any_fines()) {
            prop_assert_eq!(diff(&fines, &fines), Default::default());
        }

        #[test]
        fn every_fine_is_accounted_for_once(old in any_fines(), new in any_fines()) {
            let changes = diff(&old, &new);
            let kept = new.len() - changes.new.len();
            prop_assert_eq!(kept + changes.gone.len(), old.len());
            prop_assert!(changes.changed.len() <= kept);
            let back = diff(&new, &old);
            prop_assert_eq!(back.new.len(), changes.gone.len());
            prop_assert_eq!(back.changed.len(), changes.changed.len());
        }
    }
}

mod gate {
    use super::*;

    const NOW: &str = "2026-11-22T12:00:00+08:00";

    fn facts() -> Facts {
        Facts {
            now: at(NOW),
            plate: PLATE.to_owned(),
            stored: None,
            past: Vec::new(),
            price_fen: 14,
            monthly_budget_fen: 100,
            fresh_days: 7,
            spend: false,
            agreed: false,
        }
    }

    fn ago(hours: i64) -> Timestamp {
        at(NOW) - SignedDuration::from_hours(hours)
    }

    fn stored(hours: i64, code: i64) -> Option<Check> {
        let class = look_up(code).class;
        let meaning = match class {
            Class::Async => Meaning::Pending,
            Class::Debug => Meaning::Debug,
            _ => Meaning::NothingFound,
        };
        let check = Check::manual(PLATE, 0, ago(hours), None);
        Some(Check {
            source: Source::Live,
            meaning,
            answer_code: Some(code),
            charged: look_up(code).charged,
            ..check
        })
    }

    fn past(hours: i64, class: impl Into<Option<Class>>, charged: Charged) -> Past {
        Past {
            at: ago(hours),
            plate: PLATE.to_owned(),
            class: class.into(),
            charged,
        }
    }

    fn says(facts: &Facts) -> &'static str {
        match decide::decide(facts) {
            Decision::Send => "send",
            Decision::Stored(check, _) => {
                assert_eq!((check.source, check.charged), (Source::Cache, Charged::No));
                "stored"
            }
            Decision::Later(until, _) => {
                assert!(until > facts.now);
                "later"
            }
            Decision::Refuse(word, text) => {
                assert!(!text.zh.is_empty() && !text.en.is_empty());
                word
            }
        }
    }

    #[test]
    fn table() {
        use Charged::{Maybe, No, Yes};
        let other = |class| {
            vec![Past {
                plate: "冀R0D002".to_owned(),
                ..past(30, class, No)
            }]
        };
        let table: Vec<(&str, Facts, &str)> = vec![
            ("nothing known, budget there", facts(), "send"),
            (
                "no budget",
                Facts {
                    monthly_budget_fen: 0,
                    ..facts()
                },
                "budget",
            ),
            (
                "no budget, but a person's word",
                Facts {
                    monthly_budget_fen: 0,
                    spend: true,
                    ..facts()
                },
                "send",
            ),
            (
                "fresh",
                Facts {
                    stored: stored(6 * 24, 10000),
                    ..facts()
                },
                "stored",
            ),
            (
                "fresh, but a person's word",
                Facts {
                    stored: stored(1, 10000),
                    spend: true,
                    ..facts()
                },
                "send",
            ),
            (
                "old",
                Facts {
                    stored: stored(7 * 24, 10000),
                    ..facts()
                },
                "send",
            ),
            (
                "never within a day",
                Facts {
                    stored: stored(23, 10000),
                    fresh_days: 0,
                    ..facts()
                },
                "stored",
            ),
            (
                "no data is kept a day",
                Facts {
                    stored: stored(23, 10025),
                    ..facts()
                },
                "stored",
            ),
            (
                "no data is kept no longer",
                Facts {
                    stored: stored(24, 10025),
                    ..facts()
                },
                "send",
            ),
            (
                "pending is not polled",
                Facts {
                    stored: stored(48, 10023),
                    ..facts()
                },
                "stored",
            ),
            (
                "debug is kept a day",
                Facts {
                    stored: stored(25, 10024),
                    ..facts()
                },
                "send",
            ),
            (
                "fresh wins over a stop",
                Facts {
                    stored: stored(2, 10000),
                    past: vec![past(1, Class::StopAccount, No)],
                    ..facts()
                },
                "stored",
            ),
            (
                "stopped",
                Facts {
                    past: vec![past(300, Class::StopAccount, No)],
                    ..facts()
                },
                "stopped",
            ),
            (
                "stopped, but a person's word",
                Facts {
                    past: vec![past(1, Class::StopAccount, No)],
                    spend: true,
                    ..facts()
                },
                "send",
            ),
            (
                "stopped, then a success",
                Facts {
                    past: vec![
                        past(300, Class::StopAccount, No),
                        past(200, Class::Success, Yes),
                    ],
                    ..facts()
                },
                "send",
            ),
            (
                "settings",
                Facts {
                    past: vec![past(30, Class::Config, No)],
                    ..facts()
                },
                "settings",
            ),
            (
                "stop seen on another car",
                Facts {
                    past: other(Class::StopAccount),
                    ..facts()
                },
                "stopped",
            ),
            (
                "input refused for another car",
                Facts {
                    past: other(Class::Input),
                    ..facts()
                },
                "send",
            ),
            (
                "input refused for this car",
                Facts {
                    past: vec![past(30, Class::Input, No)],
                    ..facts()
                },
                "input",
            ),
            (
                "unknown code",
                Facts {
                    past: vec![past(30, Class::Unknown, Maybe)],
                    ..facts()
                },
                "unknown_code",
            ),
            (
                "no answer an hour ago",
                Facts {
                    past: vec![past(1, None, Maybe)],
                    ..facts()
                },
                "later",
            ),
            (
                "no answer a day ago",
                Facts {
                    past: vec![past(24, None, Maybe)],
                    ..facts()
                },
                "send",
            ),
            (
                "failed just now",
                Facts {
                    past: vec![past(0, Class::Transient, No)],
                    ..facts()
                },
                "later",
            ),
            (
                "failed an hour ago",
                Facts {
                    past: vec![past(1, Class::Transient, No)],
                    ..facts()
                },
                "send",
            ),
            (
                "failed twice",
                Facts {
                    past: vec![past(2, Class::Transient, No), past(1, Class::Transient, No)],
                    ..facts()
                },
                "later",
            ),
            (
                "budget used up",
                Facts {
                    past: vec![past(200, Class::Success, Yes); 7],
                    ..facts()
                },
                "budget",
            ),
            (
                "maybe counts",
                Facts {
                    past: vec![past(200, None, Maybe); 7],
                    ..facts()
                },
                "budget",
            ),
            (
                "free calls do not count",
                Facts {
                    past: vec![past(200, Class::NoData, No); 70],
                    ..facts()
                },
                "send",
            ),
            (
                "one call left",
                Facts {
                    past: vec![past(200, Class::Success, Yes); 6],
                    ..facts()
                },
                "send",
            ),
            (
                "last month does not count",
                Facts {
                    past: vec![past(22 * 24, Class::Success, Yes); 70],
                    ..facts()
                },
                "send",
            ),
        ];
        for (name, facts, expected) in &table {
            assert_eq!(says(facts), *expected, "{name}");
        }
    }

    #[test]
    fn the_month_begins_in_beijing() {
        let first = Facts {
            now: at("2026-11-01T00:30:00+08:00"),
            past: vec![past(0, Class::Success, Charged::Yes)],
            ..facts()
        };
        let of = |moment: &str| Facts {
            past: vec![Past {
                at: at(moment),
                ..first.past[0].clone()
            }],
            ..first.clone()
        };
        assert_eq!(decide::spent_fen(&of("2026-10-31T23:59:59+08:00")), 0);
        assert_eq!(decide::spent_fen(&of("2026-11-01T00:00:00+08:00")), 14);
    }

    fn call(hours: i64, state: CallState, outcome: Option<Outcome>) -> Call {
        let account = AccountId::from("acc");
        Call {
            id: CallId::from("call"),
            errand: None,
            call: violation::query("query", &account, PLATE, false),
            state,
            intended_at: ago(hours),
            due: ago(hours),
            sent_at: (state != CallState::Queued).then(|| ago(hours)),
            settled_at: None,
            tries: 0,
            charged: outcome
                .as_ref()
                .and_then(|outcome| Violation.charged(&json!({"do": "query"}), outcome)),
            outcome,
        }
    }

    fn says_book(budget: &str, ledger: &[Call], last: Option<&Snapshot>, body: &Value) -> Gate {
        let mut settings = settings();
        settings.insert("monthly_budget_fen".to_owned(), budget.to_owned());
        Violation.gate(
            &Book {
                now: at(NOW),
                settings: &settings,
                last,
                ledger,
            },
            body,
        )
    }

    #[test]
    fn the_book_is_read_rightly() {
        let body = violation::query("query", &AccountId::from("acc"), PLATE, false).body;
        let live = stored(30, 10000).unwrap().to_value();
        let snapshot = Snapshot {
            number: 1,
            at: ago(1),
            result: Ok(live.clone()),
        };
        let Gate::Answer(answer) = says_book("0", &[], Some(&snapshot), &body) else {
            panic!()
        };
        assert_eq!(
            (&answer["source"], &answer["charged"]),
            (&json!("cache"), &json!("no"))
        );

        let refused_later = Snapshot {
            number: 2,
            at: ago(1),
            result: Err(refusal(10021, "").unwrap()),
        };
        let rows = [call(30, CallState::Settled, Some(Outcome::Done(live)))];
        assert!(
            matches!(
                says_book("0", &rows, Some(&refused_later), &body),
                Gate::Answer(_)
            ),
            "the row still has the answer"
        );

        let code = |gate| match gate {
            Gate::Refuse(ServiceError::Refused { code, .. }) => code,
            Gate::Refuse(error) => error.code().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(code(says_book("0", &[], None, &body)), "budget");
        let unknown = Outcome::Unknown(Text::default());
        let rows = [call(2, CallState::Settled, Some(unknown.clone()))];
        assert_eq!(code(says_book("100", &rows, None, &body)), "closed");
        assert_eq!(
            code(says_book(
                "100",
                &[call(2, CallState::Unsure, None)],
                None,
                &body
            )),
            "closed"
        );
        let rows: Vec<Call> = (0..7)
            .map(|_| call(48, CallState::Settled, Some(unknown.clone())))
            .collect();
        assert_eq!(code(says_book("100", &rows, None, &body)), "budget");
        let rows = [call(
            48,
            CallState::Settled,
            Some(Outcome::Failed(refusal(10022, "").unwrap())),
        )];
        assert_eq!(code(says_book("100", &rows, None, &body)), "stopped");
        let of_last_month = Snapshot {
            number: 3,
            at: ago(800),
            result: Err(refusal(10022, "").unwrap()),
        };
        assert_eq!(
            code(says_book("100", &[], Some(&of_last_month), &body)),
            "stopped"
        );

        let own_refusal = ServiceError::Refused {
            code: "stopped".to_owned(),
            text: Text::default(),
        };
        let rows = [
            call(1, CallState::Settled, Some(Outcome::Failed(own_refusal))),
            call(0, CallState::Queued, None),
        ];
        assert_eq!(
            says_book("100", &rows, None, &body),
            Gate::Send,
            "our own refusals and the call itself are no facts"
        );
        let manual = violation::manual("manual", &AccountId::from("acc"), PLATE, 0, None).body;
        assert_eq!(says_book("0", &rows, None, &manual), Gate::Send);
    }
}

mod query {
    use super::*;

    /// Answers in order and keeps what was sent.
    struct Script {
        answers: Mutex<VecDeque<Result<Response, HttpFailure>>>,
        sent: Mutex<Vec<Request>>,
    }

    impl Script {
        fn new(answers: impl IntoIterator<Item = Result<Response, HttpFailure>>) -> Self {
            Self {
                answers: Mutex::new(answers.into_iter().collect()),
                sent: Mutex::default(),
            }
        }
    }

    #[async_trait]
    impl Http for Script {
        async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
            self.sent.lock().unwrap().push(request);
            self.answers
                .lock()
                .unwrap()
                .pop_front()
                .expect("one request only")
        }
    }

    struct NoVault;

    #[async_trait]
    impl Vault for NoVault {
        async fn keep(&self, _changed: Secrets) -> Result<(), ServiceError> {
            panic!("nothing to keep here")
        }
    }

    fn body(status: u16, body: Vec<u8>) -> Result<Response, HttpFailure> {
        Ok(Response {
            status,
            headers: Vec::new(),
            body,
        })
    }

    async fn ask_with(settings: &Settings, script: &Script) -> Result<Check, ServiceError> {
        let secrets = secrets();
        let visit = Visit {
            now: at("2026-11-22T12:00:00+08:00"),
            chance: 0,
            settings,
            account: None,
            secrets: &secrets,
            http: script,
            vault: &NoVault,
        };
        let body = violation::query("query", &AccountId::from("acc"), PLATE, true).body;
        let value = Violation.act(&visit, &body).await?;
        Ok(Check::from_value(&value).unwrap())
    }

    async fn ask(answer: Result<Response, HttpFailure>) -> Result<Check, ServiceError> {
        ask_with(&settings(), &Script::new([answer])).await
    }

    fn charged(result: &Result<Check, ServiceError>) -> Charged {
        let outcome = match result {
            Ok(check) => Outcome::Done(check.to_value()),
            Err(error) => Outcome::Failed(error.clone()),
        };
        Violation
            .charged(&json!({"do": "query"}), &outcome)
            .unwrap()
    }

    #[tokio::test]
    async fn a_found_answer_has_the_shape_users_rely_on() {
        let script = Script::new([body(200, fixture("found.json"))]);
        let check = ask_with(&settings(), &script).await.unwrap();
        let sent = script.sent.lock().unwrap();
        let [request] = sent.as_slice() else {
            panic!("exactly one request")
        };
        assert!(request.url.starts_with("https://"));
        assert!(
            request
                .headers
                .iter()
                .any(|(name, value)| *name == "content-type" && value.contains("charset=utf-8"))
        );
        let form = String::from_utf8(request.body.clone().unwrap()).unwrap();
        assert!(form.ends_with("sign=2c748e57f2b6a7cfeaef28623e1ae66f") && !form.contains("time"));
        let value = check.to_value();
        assert_eq!(
            (
                &value["plate"],
                &value["checked_at"],
                &value["source"],
                &value["charged"],
                &value["meaning"]
            ),
            (
                &json!(PLATE),
                &json!("2026-11-22T12:00:00+08:00"),
                &json!("live"),
                &json!("yes"),
                &json!("found")
            )
        );
        assert_eq!(
            (
                &value["count"],
                &value["fine_total_yuan"],
                &value["points_total"]
            ),
            (&json!(3), &json!(200), &json!(3))
        );
        assert_eq!(Check::from_value(&value), Some(check));
    }

    #[tokio::test]
    async fn answers_without_fines_say_what_they_are() {
        let none = ask(body(200, fixture("none.json"))).await.unwrap();
        assert_eq!(
            (none.meaning, none.count, none.charged),
            (Meaning::NothingFound, Some(0), Charged::Yes)
        );
        let no_data = ask(body(200, fixture("no_data.json"))).await.unwrap();
        assert_eq!(
            (no_data.meaning, no_data.count, no_data.charged),
            (Meaning::NothingFound, Some(0), Charged::No)
        );
        assert!(no_data.note.is_some(), "not the same as clean");
        for (name, meaning) in [
            ("pending.json", Meaning::Pending),
            ("debug.json", Meaning::Debug),
        ] {
            let check = ask(body(200, fixture(name))).await.unwrap();
            assert_eq!(
                (check.meaning, check.count, check.violations.len()),
                (meaning, None, 0),
                "{name}"
            );
            assert!(!check.is_real());
        }
    }

    #[tokio::test]
    async fn without_a_readable_answer_it_may_have_been_charged() {
        let cut = fixture("found.json")[..400].to_vec();
        for answer in [
            body(200, fixture("page.html")),
            body(502, b"bad gateway".to_vec()),
            body(200, cut),
            body(200, fixture("renamed.json")),
            Err(HttpFailure::NoAnswer {
                text: "timed out".to_owned(),
            }),
            Err(HttpFailure::TooLarge { limit: 1 }),
        ] {
            let result = ask(answer.clone()).await;
            assert!(
                matches!(result, Err(ServiceError::Unsure { .. })),
                "{answer:?}: {result:?}"
            );
            assert_eq!(charged(&result), Charged::Maybe);
        }
        let reconciled = decide_reconcile(json!({"do": "query", "plate": PLATE})).await;
        assert!(matches!(reconciled, Reconciled::CannotKnow(_)));
    }

    #[tokio::test]
    async fn a_refusal_costs_nothing() {
        let not_sent = ask(Err(HttpFailure::NotSent {
            text: "refused".to_owned(),
        }))
        .await;
        assert!(matches!(not_sent, Err(ServiceError::Unreachable { .. })));
        let address = ask(body(200, fixture("refused_ip.json"))).await;
        assert!(matches!(address, Err(ServiceError::NeedsPerson { .. })));
        let many = ask(body(429, b"slow down".to_vec())).await;
        assert!(matches!(many, Err(ServiceError::Busy { .. })));
        for result in [not_sent, address, many] {
            assert_eq!(charged(&result), Charged::No);
        }
    }

    #[tokio::test]
    async fn nothing_leaves_over_a_readable_line_or_for_a_strange_car() {
        let nobody = Script::new([]);
        let mut plain = settings();
        plain.insert("url".to_owned(), "http://a.example/x".to_owned());
        assert!(
            matches!(ask_with(&plain, &nobody).await, Err(ServiceError::Refused { code, .. }) if code == "url")
        );
        let mut other = settings();
        other.insert("plate".to_owned(), "冀R0D009".to_owned());
        assert!(
            matches!(ask_with(&other, &nobody).await, Err(ServiceError::Refused { code, .. }) if code == "plate")
        );
        assert!(nobody.sent.lock().unwrap().is_empty());
    }

    async fn decide_reconcile(body: Value) -> Reconciled {
        let (settings, secrets, nobody) = (settings(), secrets(), Script::new([]));
        let now = at("2026-11-22T12:00:00+08:00");
        let visit = Visit {
            now,
            chance: 0,
            settings: &settings,
            account: None,
            secrets: &secrets,
            http: &nobody,
            vault: &NoVault,
        };
        Violation.reconcile(&visit, &body, now).await.unwrap()
    }

    #[tokio::test]
    async fn signing_in_sends_nothing_and_says_what_is_missing() {
        let (secrets, nobody) = (secrets(), Script::new([]));
        let look = async |settings: &Settings| {
            let now = at("2026-11-22T12:00:00+08:00");
            let visit = Visit {
                now,
                chance: 0,
                settings,
                account: None,
                secrets: &secrets,
                http: &nobody,
                vault: &NoVault,
            };
            Violation.look(&visit, &json!({"do": "complete"})).await
        };
        assert_eq!(
            look(&settings()).await.unwrap(),
            json!({"signed_in": true, "proven": false})
        );
        let mut without = settings();
        without.remove("url");
        assert!(look(&without).await.is_err());
    }

    #[tokio::test]
    async fn what_a_person_saw_is_kept_as_such() {
        let body = violation::manual(
            "manual",
            &AccountId::from("acc"),
            PLATE,
            2,
            Some("在12123看的"),
        )
        .body;
        let Reconciled::Happened(value) = decide_reconcile(body).await else {
            panic!()
        };
        let check = Check::from_value(&value).unwrap();
        assert_eq!(
            (
                check.source,
                check.meaning,
                check.count,
                check.fine_total_yuan
            ),
            (Source::Manual, Meaning::Found, Some(2), None)
        );
        assert!(!check.is_listed());
    }

    #[tokio::test]
    async fn shared_samples_mean_what_their_index_says() {
        let Some(folder) = shared() else { return };
        let index: Value =
            serde_json::from_slice(&std::fs::read(folder.join("INDEX.json")).unwrap()).unwrap();
        let samples = index["samples"].as_array().unwrap();
        assert_eq!(samples.len(), 16);
        for sample in samples {
            let (file, what) = (
                sample["file"].as_str().unwrap(),
                sample["what"].as_str().unwrap(),
            );
            let result = ask(body(200, std::fs::read(folder.join(file)).unwrap())).await;
            let states = |check: &Check| {
                check
                    .violations
                    .iter()
                    .map(|fine| fine.state.unwrap())
                    .collect::<Vec<_>>()
            };
            match (file, &result) {
                ("ok_none.json", Ok(check)) => {
                    assert_eq!(
                        (check.meaning, check.charged, check.count),
                        (Meaning::NothingFound, Charged::Yes, Some(0))
                    );
                }
                ("ok_two_open.json", Ok(check)) => {
                    assert_eq!(states(check), [State::Open, State::Open]);
                    assert_eq!(
                        (check.fine_total_yuan, check.points_total),
                        (Some(300), Some(2))
                    );
                }
                ("ok_mixed_handle_sign.json", Ok(check)) => {
                    assert_eq!(
                        states(check),
                        [State::Open, State::HandledUnpaid, State::Closed]
                    );
                    assert_eq!(check.fine_total_yuan, Some(200));
                }
                ("ok_10023_async.json", Ok(check)) => assert_eq!(check.meaning, Meaning::Pending),
                ("ok_10024_debug.json", Ok(check)) => {
                    assert_eq!((check.meaning, check.violations.len()), (Meaning::Debug, 0))
                }
                ("err_10025_no_data.json", Ok(check)) => {
                    assert_eq!(check.meaning, Meaning::NothingFound)
                }
                (_, Err(error)) => {
                    let code: i64 = what.strip_prefix("codeid ").unwrap().parse().unwrap();
                    assert_eq!(error.code(), refusal(code, "").unwrap().code(), "{file}");
                    assert!(error.text().zh.contains(&code.to_string()), "{file}");
                }
                (_, Ok(check)) => panic!("{file}: {check:?}"),
            }
        }
    }
}

mod errand {
    use super::*;

    /// One errand on a clock moved by hand; the test plays the service.
    struct Stage {
        now: Timestamp,
        wishes: Value,
        state: Value,
        notices: usize,
        problems: Vec<ProblemChange>,
        step: Option<Step<Value>>,
    }

    impl Stage {
        fn new(wishes: Value) -> Self {
            let now = at("2026-11-22T12:00:00+08:00");
            let state = Machine::begin(&Watch, &wishes, now).unwrap();
            Self {
                now,
                wishes,
                state,
                notices: 0,
                problems: Vec::new(),
                step: None,
            }
        }

        fn pass(&mut self, incoming: &[Incoming]) -> &Step<Value> {
            let (errand, account) = (ErrandId::from("errand"), AccountId::from("acc"));
            let pass = Pass {
                errand: &errand,
                account: &account,
                now: self.now,
                due: self.now,
                chance: 0,
                wishes: &self.wishes,
                incoming,
                seen: &BTreeMap::new(),
            };
            let step = Machine::advance(&Watch, 1, self.state.clone(), &pass).unwrap();
            self.state = step.state.clone();
            self.notices += step.notices.len();
            self.problems.extend(step.problems.iter().cloned());
            self.step.insert(step)
        }

        fn call(&self) -> NewCall {
            let calls = &self.step.as_ref().unwrap().calls;
            assert_eq!(calls.len(), 1);
            calls[0].clone()
        }

        /// Ends the call under way.
        fn answer(&mut self, outcome: Outcome) -> &Step<Value> {
            let call = self.call();
            self.pass(&[Incoming::Called {
                tag: call.tag,
                body: call.body,
                at: self.now,
                outcome,
            }])
        }

        fn sleep(&mut self) -> &Step<Value> {
            self.now = self.step.as_ref().unwrap().next_due.unwrap();
            self.pass(&[])
        }

        fn next_in_hours(&self) -> i64 {
            self.step
                .as_ref()
                .unwrap()
                .next_due
                .unwrap()
                .duration_since(self.now)
                .as_hours()
        }
    }

    fn found(now: Timestamp, name: &str) -> Outcome {
        let violations = wire::read(&fixture(name)).unwrap().violations;
        let check = Check::manual(PLATE, u32::try_from(violations.len()).unwrap(), now, None);
        let check = Check {
            source: Source::Live,
            charged: Charged::Yes,
            answer_code: Some(10000),
            violations,
            ..check
        };
        Outcome::Done(check.to_value())
    }

    fn failed(code: i64) -> Outcome {
        Outcome::Failed(refusal(code, "").unwrap())
    }

    fn one_car() -> Stage {
        Stage::new(json!({"plates": [PLATE], "every_days": 7}))
    }

    #[test]
    fn all_cars_of_the_account_one_after_the_other() {
        let mut stage = Stage::new(json!({"plates": null, "every_days": 7}));
        stage.pass(&[]);
        assert_eq!(stage.call().body, json!({"do": "cars"}));
        stage.answer(Outcome::Done(json!({"plates": [PLATE, "冀R0D002"]})));
        for plate in [PLATE, "冀R0D002"] {
            assert_eq!(
                stage.call().body,
                json!({"do": "query", "plate": plate, "spend": false, "fresh_days": 7})
            );
            let now = stage.now;
            stage.answer(found(now, "none.json"));
        }
        assert_eq!(
            (stage.step.as_ref().unwrap().phase, stage.notices),
            (Phase::Waiting, 0)
        );
        assert_eq!(stage.next_in_hours(), 7 * 24);
    }

    #[test]
    fn only_new_or_changed_fines_are_told() {
        let mut stage = one_car();
        stage.pass(&[]);
        let now = stage.now;
        let step = stage.answer(found(now, "found.json"));
        assert!(
            step.notices[0].title.zh.contains("2 条"),
            "the closed one is not told: {:?}",
            step.notices
        );
        assert!(!step.reason.zh.contains(PLATE), "history masks the plate");
        stage.sleep();
        let now = stage.now;
        stage.answer(found(now, "found.json"));
        assert_eq!(stage.notices, 1, "nothing new, nothing told");
        stage.sleep();
        let now = stage.now;
        stage.answer(found(now, "zero_numbers.json"));
        assert_eq!(stage.notices, 2);
    }

    #[test]
    fn a_pass_in_between_neither_asks_again_nor_loses_the_call() {
        let mut stage = one_car();
        stage.pass(&[]);
        let call = stage.call();
        let step = stage.pass(&[Incoming::Woken]);
        assert_eq!((step.phase, step.calls.len()), (Phase::Working, 0));
        let outcome = found(stage.now, "none.json");
        let step = stage.pass(&[Incoming::Called {
            tag: call.tag,
            body: call.body,
            at: at("2026-11-22T12:00:00+08:00"),
            outcome,
        }]);
        assert_eq!((step.phase, step.calls.len()), (Phase::Waiting, 0));
        let step = stage.pass(&[]);
        assert_eq!(step.calls.len(), 0, "an early timer does nothing");
        let step = stage.pass(&[Incoming::Woken]);
        assert_eq!(step.calls.len(), 1, "the owner's word does");
    }

    #[test]
    fn a_provider_failure_is_tried_once_more_after_minutes() {
        let mut stage = one_car();
        stage.pass(&[]);
        stage.answer(failed(10021));
        let second = stage.call().not_before.unwrap();
        assert!(second.duration_since(stage.now) >= SignedDuration::from_mins(5));
        let step = stage.answer(failed(10014));
        assert_eq!(step.calls.len(), 0);
        assert_eq!(stage.next_in_hours(), 24);
    }

    #[test]
    fn what_may_have_been_charged_is_left_alone_for_a_day() {
        for outcome in [
            Outcome::Unknown(Text::default()),
            Outcome::Failed(ServiceError::Unsure {
                text: Text::default(),
            }),
        ] {
            let mut stage = one_car();
            stage.pass(&[]);
            let step = stage.answer(outcome);
            assert_eq!((step.phase, step.calls.len()), (Phase::Waiting, 0));
            assert_eq!(stage.next_in_hours(), 24);
        }
    }

    fn raised(problems: &[ProblemChange]) -> Vec<&str> {
        problems
            .iter()
            .map(|change| match change {
                ProblemChange::Raise { key, .. } => key.as_str(),
                ProblemChange::Clear { .. } => "clear",
            })
            .collect()
    }

    #[test]
    fn a_clear_no_is_told_once_and_waits_for_a_person() {
        let gate = |word: &str| {
            Outcome::Failed(ServiceError::Refused {
                code: word.to_owned(),
                text: Text::default(),
            })
        };
        for (first, then, key) in [
            (failed(10022), gate("stopped"), "stopped"),
            (failed(10006), gate("settings"), "settings"),
            (failed(10019), gate("input"), "input/冀R0D001"),
            (failed(10001), gate("changed"), "changed"),
            (failed(99999), gate("unknown_code"), "unknown_code"),
        ] {
            let mut stage = one_car();
            stage.pass(&[]);
            assert_eq!(stage.answer(first).phase, Phase::NeedsYou, "{key}");
            for _ in 0..3 {
                stage.sleep();
                assert_eq!(stage.answer(then.clone()).phase, Phase::NeedsYou, "{key}");
            }
            assert_eq!((raised(&stage.problems), stage.notices), (vec![key], 1));
            stage.sleep();
            let now = stage.now;
            assert_eq!(stage.answer(found(now, "none.json")).phase, Phase::Waiting);
            assert_eq!(raised(&stage.problems), [key, "clear"]);
        }
    }

    #[test]
    fn one_cars_good_answer_does_not_hide_what_is_wrong_with_another() {
        let mut stage = Stage::new(json!({"plates": [PLATE, "冀R0D002"], "every_days": 7}));
        stage.pass(&[]);
        for _ in 0..3 {
            stage.answer(failed(10019));
            let now = stage.now;
            let step = stage.answer(found(now, "none.json"));
            assert_eq!(step.phase, Phase::NeedsYou);
            stage.sleep();
        }
        assert_eq!(
            (raised(&stage.problems), stage.notices),
            (vec!["input/冀R0D001"], 1)
        );
    }

    #[test]
    fn a_used_up_budget_is_a_problem_but_no_message() {
        let mut stage = one_car();
        stage.pass(&[]);
        let step = stage.answer(Outcome::Failed(ServiceError::Refused {
            code: "budget".to_owned(),
            text: Text::default(),
        }));
        assert_eq!((step.phase, step.notices.len()), (Phase::Waiting, 0));
        assert_eq!(raised(&stage.problems), ["budget"]);
    }

    #[test]
    fn debug_data_is_a_problem_and_no_fine() {
        let mut stage = one_car();
        stage.pass(&[]);
        let check = Check {
            meaning: Meaning::Debug,
            source: Source::Live,
            answer_code: Some(10024),
            ..Check::manual(PLATE, 0, stage.now, None)
        };
        stage.answer(Outcome::Done(check.to_value()));
        assert_eq!(raised(&stage.problems), ["debug"]);
    }

    #[test]
    fn signing_in_ends_with_what_the_look_said() {
        let (errand, account, now) = (
            ErrandId::from("errand"),
            AccountId::from("acc"),
            at("2026-11-22T12:00:00+08:00"),
        );
        let advance = |incoming: &[Incoming]| {
            let (wishes, seen) = (json!({}), BTreeMap::new());
            let pass = Pass {
                errand: &errand,
                account: &account,
                now,
                due: now,
                chance: 0,
                wishes: &wishes,
                incoming,
                seen: &seen,
            };
            Machine::advance(&violation::sign_in::SignIn, 1, json!({}), &pass).unwrap()
        };
        let call = advance(&[]).calls.remove(0);
        let called = |outcome| {
            [Incoming::Called {
                tag: call.tag.clone(),
                body: call.body.clone(),
                at: now,
                outcome,
            }]
        };
        assert_eq!(
            advance(&called(Outcome::Done(json!({"signed_in": true})))).phase,
            Phase::Done
        );
        assert_eq!(advance(&called(failed(10005))).phase, Phase::Failed);
    }

    #[test]
    fn wishes_that_make_no_sense_are_refused() {
        let begin =
            |wishes: Value| Machine::begin(&Watch, &wishes, at("2026-11-22T12:00:00+08:00"));
        assert_eq!(
            begin(json!({"plates": ["R0D"], "every_days": 7}))
                .unwrap_err()
                .field,
            "plates"
        );
        assert_eq!(
            begin(json!({"plates": null, "every_days": 0}))
                .unwrap_err()
                .field,
            "every_days"
        );
        let kind = Violation
            .descriptor()
            .errands
            .iter()
            .find(|kind| kind.kind == "violation.watch")
            .unwrap();
        let wishes = kind.read_wishes(&serde_json::Map::new()).unwrap();
        assert_eq!(wishes, json!({"plates": null, "every_days": 7}));
        begin(wishes).unwrap();
        let kinds: Vec<&str> = Violation
            .machines()
            .iter()
            .map(|machine| machine.kind())
            .collect();
        assert_eq!(kinds, ["violation.watch", "violation.sign_in"]);
    }
}
