//! The real binary, driven from outside: exit codes, shapes on stdout, bad input that changes nothing, one `serve` only.

#![allow(clippy::unwrap_used)]

mod program;

use std::io::{BufRead as _, BufReader, Write as _};

use program::{Home, Running, Sim, text};
use serde_json::{Value, json};

const TOKEN: &str = "00000000000000000000000000000000";

#[test]
fn help_and_usage() {
    let home = Home::new();
    assert_eq!(home.run(&["--help"], "").status.code(), Some(0));
    assert_eq!(home.run(&["--version"], "").status.code(), Some(0));
    assert_eq!(home.run(&["fly"], "").status.code(), Some(2));
    assert_eq!(home.refused(&["fly"], "", 2)["code"], "invalid_input");
    assert_eq!(
        home.refused(&["errand", "add"], "", 2)["code"],
        "invalid_input"
    );
    assert_eq!(
        home.refused(&["ask", "answer", "x", "--approve", "--deny"], "", 2)["code"],
        "invalid_input"
    );
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&home.run(&["completions", shell], "").stdout).contains("daiban"));
    }
}

#[test]
fn settings_are_checked_before_anything_happens() {
    let mut home = Home::new();
    assert_eq!(
        home.json(&["config", "check"], "", 0),
        json!({ "ok": true })
    );
    assert!(home.json(&["config", "dump"], "", 0).is_array());
    assert_eq!(
        home.json(&["config", "schema"], "", 0)["title"],
        "daiban.toml"
    );
    assert!(
        !home.data_dir().exists(),
        "looking at settings makes nothing"
    );
    home.env = vec![(
        "DAIBAN_SERVICES__PERMIT__BASE_URL".to_owned(),
        "http://jjz.example.com".to_owned(),
    )];
    let refused = home.refused(&["account", "list"], "", 3);
    assert_eq!(refused["field"], "services.permit.base_url");
    home.env = vec![("DAIBAN_SERVER__COLOUR".to_owned(), "red".to_owned())];
    assert_eq!(
        home.refused(&["config", "check"], "", 3)["field"],
        "DAIBAN_SERVER__COLOUR"
    );
    assert!(!home.data_dir().exists());
}

#[test]
fn users_and_tokens() {
    let home = Home::new();
    let add = |name: &str, role: &str| {
        vec![
            "user".to_owned(),
            "add".into(),
            "--name".into(),
            name.into(),
            "--role".into(),
            role.into(),
            "--password-stdin".into(),
        ]
    };
    let run = |args: Vec<String>, stdin: &str, code| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        if code == 0 {
            home.json(&args, stdin, 0)
        } else {
            home.refused(&args, stdin, code)
        }
    };
    assert_eq!(run(add("wang", "admin"), "short\n", 2)["field"], "password");
    assert_eq!(
        run(add("w ang", "admin"), "a long password\n", 2)["field"],
        "name"
    );
    assert_eq!(
        run(add("wang", "admin"), "a long password\n", 0)["role"],
        "admin"
    );
    assert_eq!(
        run(add("wang", "member"), "a long password\n", 2)["code"],
        "invalid_input"
    );
    run(add("li", "member"), "another password\n", 0);
    assert_eq!(
        home.json(&["user", "unlock", "li"], "", 0)["locked_until"],
        Value::Null
    );
    home.json(
        &["user", "passwd", "li", "--password-stdin"],
        "yet another one",
        0,
    );
    home.refused(
        &["user", "passwd", "nobody", "--password-stdin"],
        "yet another one",
        1,
    );

    let token = home.json(
        &[
            "token", "create", "--name", "script", "--user", "li", "--scope", "read",
        ],
        "",
        0,
    );
    assert!(token["token"].as_str().unwrap().starts_with("dbn_"));
    let listed = home.json(&["token", "list"], "", 0);
    assert_eq!(listed[0]["scope"], "read");
    assert!(listed[0].get("token").is_none());
    home.json(
        &["token", "revoke", listed[0]["id"].as_str().unwrap()],
        "",
        0,
    );
    assert_eq!(home.json(&["token", "list"], "", 0), json!([]));
}

#[test]
fn roles_and_leaving() {
    let home = Home::new();
    for (name, role) in [("wang", "admin"), ("li", "member")] {
        let args = [
            "user",
            "add",
            "--name",
            name,
            "--role",
            role,
            "--password-stdin",
        ];
        home.json(&args, "a long password\n", 0);
    }
    assert_eq!(
        home.refused(&["user", "role", "wang", "member"], "", 2)["field"],
        "role"
    );
    assert_eq!(
        home.refused(&["user", "remove", "wang"], "", 2)["field"],
        "role"
    );
    home.refused(&["user", "role", "li", "emperor"], "", 2);
    home.refused(&["user", "remove", "li", "--accounts", "burn"], "", 2);
    home.refused(&["user", "role", "nobody", "member"], "", 1);
    let changed = home.json(&["user", "role", "li", "viewer"], "", 0);
    assert_eq!(changed["role"], "viewer");
    let removed = home.json(&["user", "remove", "li"], "", 0);
    assert_eq!(removed["removed"], changed["id"]);
    let left = home.json(&["user", "list"], "", 0);
    assert_eq!(left.as_array().unwrap().len(), 1);
    home.refused(&["user", "remove", "li"], "", 1);
    home.json(
        &[
            "user",
            "add",
            "--name",
            "li",
            "--role",
            "admin",
            "--password-stdin",
        ],
        "a long password\n",
        0,
    );
    // The accounts of the command line are the first admin's.
    let token = json!({ "token": TOKEN }).to_string();
    let account = [
        "account",
        "add",
        "permit",
        "--name",
        "家",
        "--secrets",
        "-",
        "--unchecked",
    ];
    home.json(&account, &token, 0);
    let own = home.refused(&["user", "remove", "wang"], "", 2);
    assert_eq!(own["field"], "accounts");
    let own = home.refused(&["user", "remove", "wang", "--accounts", "move"], "", 2);
    assert_eq!(own["field"], "accounts");
    home.json(&["user", "remove", "wang", "--accounts", "remove"], "", 0);
    assert_eq!(home.json(&["account", "list"], "", 0), json!([]));
    let whats = home.json(&["audit", "list"], "", 0).to_string();
    assert!(whats.contains("user_removed") && whats.contains("role_changed"));
}

const CAR: [&str; 8] = [
    "--set",
    "plate=冀R0D001",
    "--set",
    "plate_type=02",
    "--set",
    "engine_number=TESTENG000001",
    "--set",
    "frame_number=LTESTVIN000000001",
];

/// What is wrong, the command, its stdin, the exit code, the field named.
fn bad_accounts() -> Vec<(&'static str, Vec<&'static str>, String, i32, &'static str)> {
    let key = json!({ "appid": "90001", "secret": "0123456789abcdef0123456789abcdef" }).to_string();
    let token = json!({ "token": TOKEN }).to_string();
    let car = |changed: &'static str| {
        let name = changed.split_once('=').unwrap().0;
        let same = CAR
            .iter()
            .copied()
            .filter(move |pair| pair.split_once('=').is_some_and(|(of, _)| of != name));
        same.chain([changed])
            .flat_map(|pair| ["--set", pair])
            .collect::<Vec<_>>()
    };
    let violation = |set: Vec<&'static str>| {
        [
            vec![
                "account",
                "add",
                "violation",
                "--name",
                "家",
                "--secrets",
                "-",
            ],
            set,
        ]
        .concat()
    };
    let permit = |set: &[&'static str]| {
        [
            &["account", "add", "permit", "--name", "家", "--secrets", "-"],
            set,
        ]
        .concat()
    };
    vec![
        (
            "unknown service",
            vec!["account", "add", "teleport", "--name", "x"],
            String::new(),
            2,
            "service",
        ),
        (
            "unknown setting",
            permit(&["--set", "colour=red"]),
            token.clone(),
            3,
            "colour",
        ),
        (
            "a setting without a value",
            permit(&["--set", "colour"]),
            token.clone(),
            3,
            "set",
        ),
        (
            "unknown secret",
            permit(&[]),
            json!({ "pin": "1234" }).to_string(),
            3,
            "pin",
        ),
        (
            "a secret that is no text",
            permit(&[]),
            json!({ "token": [1] }).to_string(),
            3,
            "token",
        ),
        (
            "secrets that are no object",
            permit(&[]),
            "[]".to_owned(),
            3,
            "secrets",
        ),
        (
            "token with blanks",
            permit(&[]),
            json!({ "token": "0000 0000" }).to_string(),
            3,
            "token",
        ),
        (
            "plain http",
            permit(&["--set", "base_url=http://jjz.example.com"]),
            token,
            3,
            "base_url",
        ),
        (
            "malformed plate",
            violation(car("plate=12345")),
            key.clone(),
            3,
            "plate",
        ),
        (
            "wrong plate type",
            violation(car("plate_type=zz")),
            key.clone(),
            3,
            "plate_type",
        ),
        (
            "no engine number",
            violation(car("engine_number=")),
            key.clone(),
            3,
            "engine_number",
        ),
        (
            "plain http endpoint",
            violation(car("url=http://api.example.com/pyi")),
            key,
            3,
            "url",
        ),
    ]
}

#[test]
fn bad_accounts_change_nothing() {
    let home = Home::new();
    for (wrong, args, stdin, code, field) in bad_accounts() {
        let problem = home.refused(&args, &stdin, code);
        assert_eq!(problem["code"], "invalid_input", "{wrong}");
        assert_eq!(problem["field"], field, "{wrong}");
        assert!(
            !problem["detail"].as_str().unwrap().contains("0000 0000"),
            "a secret is never said back"
        );
    }
    assert_eq!(home.json(&["account", "list"], "", 0), json!([]));
}

#[test]
fn bad_questions_are_refused_before_they_are_asked() {
    let home = Home::new();
    let tickets = |date| {
        [
            "rail", "tickets", "--from", "北京", "--to", "上海", "--date", date,
        ]
    };
    for bad in ["2026-02-30", "tomorrow", "2026/12/01"] {
        assert_eq!(home.refused(&tickets(bad), "", 2)["field"], "date", "{bad}");
    }
    assert_eq!(
        home.refused(&["rail", "stations", " "], "", 2)["field"],
        "q"
    );
    let transfers = |from, date| {
        [
            "rail",
            "transfers",
            "--from",
            from,
            "--to",
            "上海",
            "--date",
            date,
        ]
    };
    for (from, date, field) in [("北京", "tomorrow", "date"), (" ", "2026-12-01", "from")] {
        assert_eq!(
            home.refused(&transfers(from, date), "", 2)["field"],
            field,
            "{from:?} {date}"
        );
    }
    assert_eq!(
        home.refused(&["rail", "sale-times", " "], "", 2)["field"],
        "stations"
    );
    home.refused(&["rail", "sale-times"], "", 2);
    let page = "https://www.114yygh.com/hospital/162/04/644/source";
    for (args, field) in [
        (&["hospital", "find", " "][..], "q"),
        (&["hospital", "departments", " "], "hos"),
        (&["hospital", "calendar", "162", "04"], "department"),
        (
            &["hospital", "calendar", "https://example.com"],
            "department",
        ),
        (&["hospital", "slots", page, "2026-02-30"], "date"),
        (&["hospital", "slots", "162", "04", "644", "soon"], "date"),
        (
            &["hospital", "slots", "162", "04", "2026-12-01"],
            "department",
        ),
    ] {
        assert_eq!(home.refused(args, "", 2)["field"], field, "{args:?}");
    }
    home.refused(&["hospital", "calendar"], "", 2);
    for verb in ["patients", "orders"] {
        let refused = home.refused(&["hospital", verb, "nobody"], "", 1);
        assert_eq!(refused["code"], "not_found");
    }
    assert_eq!(
        home.refused(&["permit", "status", "nobody"], "", 1)["code"],
        "not_found"
    );
    assert_eq!(
        home.refused(&["errand", "why", "nothing"], "", 1)["code"],
        "not_found"
    );
    assert_eq!(
        home.refused(&["ask", "answer", "nothing", "--point", "x"], "", 2)["field"],
        "point"
    );
    assert_eq!(
        home.refused(&["channel", "add", "pigeon", "--name", "x"], "", 3)["field"],
        "kind"
    );
}

/// The second half of the bad input table: wishes of an errand, on a real account.
#[test]
fn bad_wishes_change_nothing() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let car = sim.car(0);
    let secrets = json!({ "token": car["token"] }).to_string();
    let account = home.json(
        &["account", "add", "permit", "--name", "家", "--secrets", "-"],
        &secrets,
        0,
    );
    assert_eq!(account["state"], "ready", "{account}");
    assert!(account.get("secrets").is_none());
    let again = home.refused(
        &["account", "add", "permit", "--name", "家", "--secrets", "-"],
        &secrets,
        3,
    );
    assert_eq!(again["field"], "name");

    let id = account["id"].as_str().unwrap();
    let good = [
        "plates=冀R0D001",
        "purpose=03",
        "district=010",
        "address=测试路 1 号",
        "in_beijing=no",
        "entry_road=00606",
    ];
    let without = |name: &str| {
        good.iter()
            .copied()
            .filter(|wish| !wish.starts_with(name))
            .collect::<Vec<_>>()
    };
    let mut cases = vec![
        ("address", without("address")),
        (
            "plates",
            [without("plates"), vec!["plates=R0D001"]].concat(),
        ),
        ("colour", [good.to_vec(), vec!["colour=red"]].concat()),
        (
            "purpose",
            [without("purpose"), vec!["purpose=holiday"]].concat(),
        ),
    ];
    cases.push((
        "dates",
        [good.to_vec(), vec!["days=dates", "dates=2026-02-30"]].concat(),
    ));
    for (field, wishes) in cases {
        let args = [
            vec!["errand", "add", "permit.keep", "--account", id],
            wishes,
        ]
        .concat();
        assert_eq!(home.refused(&args, "", 2)["field"], field, "{args:?}");
    }
    assert_eq!(
        home.refused(&["errand", "add", "permit.fly", "--account", id], "", 2)["field"],
        "kind"
    );
    assert_eq!(
        home.refused(
            &["errand", "add", "violation.watch", "--account", id],
            "",
            2
        )["field"],
        "account"
    );
    assert_eq!(home.json(&["errand", "list"], "", 0), json!([]));

    let dry = [
        vec!["errand", "add", "permit.keep", "--dry-run", "--account", id],
        good.to_vec(),
    ]
    .concat();
    let dry = home.json(&dry, "", 0);
    assert_eq!(dry["dry_run"], true);
    assert!(!dry["steps"].as_array().unwrap().is_empty());
    assert_eq!(home.json(&["errand", "list"], "", 0), json!([]));
}

#[test]
fn an_errand_is_carried_without_serve() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let secrets = json!({ "token": sim.car(0)["token"] }).to_string();
    let account = home.json(
        &["account", "add", "permit", "--name", "家", "--secrets", "-"],
        &secrets,
        0,
    );
    let id = account["id"].as_str().unwrap();
    let wishes = [
        "plates=冀R0D001",
        "purpose=03",
        "district=010",
        "address=测试路 1 号",
        "in_beijing=no",
        "entry_road=00606",
    ];
    let errand = home.json(
        &[
            &["errand", "add", "permit.keep", "--account", "家"],
            &wishes[..],
        ]
        .concat(),
        "",
        0,
    );
    assert_eq!(errand["account"], id);
    let errand = errand["id"].as_str().unwrap();
    let why = home.json(&["errand", "why", errand], "", 0);
    assert!(!why["reason"].as_str().unwrap().is_empty());
    assert!(why["events"].as_array().unwrap().len() > 1, "{why}");
    assert_eq!(
        home.json(&["errand", "pause", errand], "", 0)["state"],
        "paused"
    );
    assert_eq!(
        home.refused(&["errand", "run", errand], "", 1)["code"],
        "refused"
    );
    assert_eq!(
        home.json(&["errand", "cancel", errand], "", 0)["state"],
        "cancelled"
    );
    assert!(
        !home
            .json(&["errand", "history", errand], "", 0)
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(home.json(&["account", "remove", id], "", 0)["removed"], id);
}

#[test]
fn a_lost_token_is_said_and_kept() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let secrets = json!({ "token": "ffffffffffffffffffffffffffffffff" }).to_string();
    let account = home.json(
        &["account", "add", "permit", "--name", "家", "--secrets", "-"],
        &secrets,
        0,
    );
    assert_eq!(account["state"], "sign_in_lost");
    assert!(account["problem"].is_string());
    let id = account["id"].as_str().unwrap();
    assert_eq!(
        home.refused(&["account", "sign-in", id, "--way", "token"], "", 4)["code"],
        "sign_in_lost"
    );
    assert_eq!(
        home.refused(&["account", "sign-in", id, "--way", "magic"], "", 2)["field"],
        "way"
    );
}

#[test]
fn a_sign_in_is_tried_out_as_wished() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let add = |name: &'static str, more: &[&'static str]| {
        let add = ["account", "add", "permit", "--name", name, "--secrets", "-"];
        [&add[..], more].concat()
    };
    let bad = json!({ "token": "ffffffffffffffffffffffffffffffff" }).to_string();
    let refused = home.refused(&add("家", &["--checked"]), &bad, 4);
    assert_eq!(refused["code"], "sign_in_lost");
    assert_eq!(home.json(&["account", "list"], "", 0), json!([]));
    let unchecked = home.json(&add("家", &["--unchecked"]), &bad, 0);
    assert_eq!(unchecked["state"], "new");
    assert!(unchecked["problem"].is_string(), "{unchecked}");
    assert_eq!(
        home.refused(&add("二", &[]), &bad, 3)["field"],
        "token",
        "the same token is there already"
    );
    home.run(&add("二", &["--checked", "--unchecked"]), &bad);
    assert_eq!(
        home.json(&["account", "list"], "", 0)
            .as_array()
            .unwrap()
            .len(),
        1
    );

    // A refused token does not take the place of the one there is.
    let good = json!({ "token": sim.car(0)["token"] }).to_string();
    let sign_in = [
        "account",
        "sign-in",
        "家",
        "--way",
        "token",
        "--secrets",
        "-",
    ];
    assert_eq!(home.json(&sign_in, &good, 0)["state"], "ready");
    let worse = json!({ "token": "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" }).to_string();
    assert_eq!(home.refused(&sign_in, &worse, 4)["code"], "sign_in_lost");
    assert_eq!(
        home.json(&["account", "show", "家"], "", 0)["state"],
        "ready"
    );
}

#[test]
fn one_serve_only_and_commands_beside_it() {
    let sim = Sim::start();
    let mut home = Home::at(&sim);
    home.env
        .push(("DAIBAN_SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()));
    let serve = Running::start(home.command(&["serve", "--json"]));
    assert!(
        serve.said["listen"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    assert!(
        serve.said["setup_url"]
            .as_str()
            .unwrap()
            .contains("/setup/")
    );
    let refused = home.refused(&["serve"], "", 1);
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("another daiban serve")
    );

    let secrets = json!({ "token": sim.car(0)["token"] }).to_string();
    let account = home.json(
        &["account", "add", "permit", "--name", "家", "--secrets", "-"],
        &secrets,
        0,
    );
    let wishes = [
        "plates=冀R0D001",
        "purpose=03",
        "district=010",
        "address=测试路 1 号",
        "in_beijing=no",
        "entry_road=00606",
    ];
    let id = account["id"].as_str().unwrap();
    let errand = home.json(
        &[
            &["errand", "add", "permit.keep", "--account", id],
            &wishes[..],
        ]
        .concat(),
        "",
        0,
    );
    assert_ne!(errand["state"], "working", "{errand}");
    let mut listen = home.env.clone();
    listen.pop();
    listen.push((
        "DAIBAN_SERVER__LISTEN".to_owned(),
        serve.said["listen"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned(),
    ));
    home.env = listen;
    assert_eq!(home.json(&["healthcheck"], "", 0), json!({ "ready": true }));
    assert_eq!(home.json(&["doctor"], "", 0)["ok"], true);
    drop(serve);
    assert_eq!(home.refused(&["healthcheck"], "", 6)["code"], "unreachable");
}

#[test]
fn the_world_is_let_in_only_when_there_is_an_admin() {
    let mut home = Home::new();
    home.env = vec![("DAIBAN_SERVER__LISTEN".to_owned(), "0.0.0.0:0".to_owned())];
    assert_eq!(home.refused(&["serve"], "", 3)["field"], "server.listen");
}

#[test]
fn nothing_of_an_account_is_taken_back_by_mistake() {
    let home = Home::new();
    home.json(&["account", "add", "rail", "--name", "家"], "", 0);
    for verb in [
        &["rail", "passengers", "nobody"][..],
        &["rail", "orders", "nobody"],
        &["rail", "unfinished", "nobody"],
        &["rail", "standby", "nobody"],
        &["rail", "cancel-order", "nobody", "E1", "--yes"],
        &["rail", "withdraw-standby", "nobody", "R1", "--yes"],
    ] {
        assert_eq!(home.refused(verb, "", 1)["code"], "not_found", "{verb:?}");
    }
    let cancel = home.refused(&["rail", "cancel-order", "家", "E1"], "", 2);
    assert_eq!(cancel["field"], "yes");
    assert!(
        cancel["detail"].as_str().unwrap().contains("cancellations"),
        "{cancel}"
    );
    let withdraw = ["rail", "withdraw-standby", "家", "R1", "--paid"];
    assert_eq!(home.refused(&withdraw, "", 2)["field"], "yes");
    let blank = ["rail", "cancel-order", "家", " ", "--yes"];
    assert_eq!(home.refused(&blank, "", 2)["field"], "order_no");
    for (args, field) in [
        (["--from", "2026-02-30"], "from"),
        (["--to", "soon"], "to"),
        (["--from", "2999-01-01"], "to"),
    ] {
        let orders = [&["rail", "orders", "家"][..], &args].concat();
        assert_eq!(home.refused(&orders, "", 2)["field"], field, "{args:?}");
    }
}

#[test]
fn trains_need_no_account() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let stations = home.json(&["rail", "stations", "北京南"], "", 0);
    assert_eq!(stations[0]["code"], "VNP", "{stations}");
    home.json(&["rail", "stations", "没有这样的站名"], "", 8);
}

#[test]
fn departments_and_places_need_no_account() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let waits = &sim.running.said["household"]["hospital"]["returns"];
    let text = |name: &str| waits[name].as_str().unwrap();
    let found = home.json(&["hospital", "find", text("hos_name")], "", 0);
    assert_eq!(found[0]["code"], waits["hos"], "{found}");
    home.json(&["hospital", "find", "没有这样的医院"], "", 8);
    let listed = home.json(&["hospital", "departments", text("hos")], "", 0);
    let is_there = |one: &Value| {
        one["first"]["code"] == waits["first"] && one["second"]["name"] == waits["second_name"]
    };
    assert!(listed.as_array().unwrap().iter().any(is_there), "{listed}");
    let (hos, first, second) = (text("hos"), text("first"), text("second"));
    let calendar = home.json(&["hospital", "calendar", hos, first, second], "", 0);
    let is_day = |day: &&Value| day["date"] == waits["date"];
    let day = calendar["days"].as_array().unwrap().iter().find(is_day);
    assert_eq!(day.unwrap()["state"], "sold_out", "{calendar}");
    assert!(calendar["release_at"].is_string() && calendar["seen_at"].is_string());
    let page = format!("https://www.114yygh.com/hospital/{hos}/{first}/{second}/source");
    let slots = home.json(&["hospital", "slots", &page, text("date")], "", 0);
    for slot in slots.as_array().unwrap() {
        assert_eq!(slot["bookable"], false, "{slots}");
    }
    let said = home.run(
        &["hospital", "slots", &page, text("date"), "--lang", "zh"],
        "",
    );
    assert!(program::text(&said.stdout).contains("职称"));
}

#[test]
fn a_check_costs_only_when_spent() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let household = &sim.running.said["household"];
    let secrets = json!({ "appid": household["appid"], "secret": household["secret"] }).to_string();
    let car = sim.car(1);
    let set = |name: &str, from: &str| format!("{name}={}", car[from].as_str().unwrap());
    let settings = [
        set("plate", "plate"),
        set("plate_type", "plate_type"),
        set("engine_number", "engine_number"),
        set("frame_number", "frame_number"),
    ];
    let mut args = vec![
        "account",
        "add",
        "violation",
        "--name",
        "违章",
        "--secrets",
        "-",
    ];
    for setting in &settings {
        args.extend(["--set", setting]);
    }
    home.json(&args, &secrets, 0);
    home.refused(&["violation", "check", "违章"], "", 7);
    let check = home.json(&["violation", "check", "违章", "--spend"], "", 0);
    assert_eq!(check["source"], "live", "{check}");
    assert_eq!(check["charged"], "yes");
    assert_eq!(check["count"], 1);
    let again = home.json(&["violation", "check", "违章"], "", 0);
    assert_eq!(again["source"], "cache", "{again}");
    let ledger = home.json(&["violation", "ledger", "违章"], "", 0);
    assert_eq!(ledger["counted_fen"], 14, "{ledger}");
}

/// A person at the terminal: reads what is asked on stderr, types what the picture and the text message say.
#[test]
fn a_person_is_walked_through_a_sign_in() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let car = sim.car(0);
    let secrets =
        json!({ "name": car["name"], "id_number": car["id_number"], "phone": car["phone"] })
            .to_string();
    let account = home.json(
        &["account", "add", "permit", "--name", "家", "--secrets", "-"],
        &secrets,
        0,
    );
    assert_eq!(account["state"], "new", "{account}");

    let mut child = home
        .command(&[
            "account", "sign-in", "家", "--way", "form", "--json", "--lang", "en",
        ])
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        said.push_str(&line);
        said.push('\n');
        if let Some(path) = line.strip_prefix("picture: ") {
            assert!(
                std::fs::metadata(path).unwrap().len() > 100,
                "the picture is where it is said to be"
            );
        }
        let last = |kind: &str| {
            let codes = sim.control("codes");
            let (_, text) = codes[kind].as_object().unwrap().iter().next_back().unwrap();
            text.as_str().unwrap().to_owned()
        };
        if line.starts_with("type what the picture says") {
            writeln!(stdin, "{}", last("pictures")).unwrap();
        } else if line.starts_with("type the code from the text message") {
            writeln!(stdin, "{}", last("sms")).unwrap();
        }
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(account["state"], "ready", "{said}");
    assert!(said.contains("type what the picture says"), "{said}");
    assert_eq!(
        std::fs::read_dir(home.data_dir().join("pictures"))
            .unwrap()
            .count(),
        0,
        "pictures go away"
    );
    assert!(
        !said.contains(car["id_number"].as_str().unwrap())
            && !said.contains(car["phone"].as_str().unwrap())
    );
}

/// The phone stands in the account; a wrong one is changed with the sign-in. The first picture is read wrongly.
#[test]
fn a_person_is_walked_through_a_picture_and_a_text_message() {
    let sim = Sim::start();
    let mut home = Home::at(&sim);
    home.set("DAIBAN_SERVICES__HOSPITAL__BASE_URL", &sim.url("hospital"));
    let mobile = "13800000077";
    let person = json!({ "mobile": mobile, "name": "王示例", "id_number": "110101199001010015" });
    sim.change(&json!({ "hospital": { "accounts": [person] } }));
    let add = ["account", "add", "hospital", "--name", "挂号"];
    assert_eq!(home.refused(&add, "", 3)["field"], "mobile");
    let account = home.json(
        &[&add[..], &["--set", "mobile=138 0000 0078"]].concat(),
        "",
        0,
    );
    assert_eq!(account["settings"]["mobile"], "13800000078", "{account}");
    let set = |mobile| ["account", "sign-in", "挂号", "--set", mobile];
    assert_eq!(home.refused(&set("mobile=138"), "", 3)["field"], "mobile");

    let mut child = home
        .command(&[&set("mobile=13800000077")[..], &["--json", "--lang", "en"]].concat())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let (mut said, mut pictures) = (String::new(), 0);
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        said.push_str(&line);
        said.push('\n');
        let codes = || sim.control("codes");
        if line.starts_with("type what the picture says") {
            pictures += 1;
            // A wrong picture is gone: the one that is there is the one to read.
            let open = codes()["hospital_pictures"].clone();
            let text = open.as_object().unwrap().values().next().unwrap().as_str();
            let wrong = if text == Some("0000") { "0001" } else { "0000" };
            let typed = if pictures == 1 { wrong } else { text.unwrap() };
            writeln!(stdin, "{typed}").unwrap();
        } else if line.starts_with("type the code from the text message") {
            writeln!(
                stdin,
                "{}",
                codes()["hospital_sms"][mobile].as_str().unwrap()
            )
            .unwrap();
        }
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(account["state"], "ready", "{said}");
    assert_eq!(account["settings"]["mobile"], mobile);
    assert_eq!(pictures, 2, "{said}");
    assert!(
        said.contains("138****0077") && !said.contains(mobile),
        "{said}"
    );
}

#[test]
fn what_its_owner_saw_is_noted_for_nothing() {
    let sim = Sim::start();
    let home = Home::at(&sim);
    let household = &sim.running.said["household"];
    let secrets = json!({ "appid": household["appid"], "secret": household["secret"] }).to_string();
    let car = sim.car(1);
    let set = |name: &str| format!("{name}={}", car[name].as_str().unwrap());
    let settings = ["plate", "plate_type", "engine_number", "frame_number"].map(set);
    let mut args = vec![
        "account",
        "add",
        "violation",
        "--name",
        "违章",
        "--secrets",
        "-",
    ];
    for setting in &settings {
        args.extend(["--set", setting]);
    }
    home.json(&args, &secrets, 0);
    let note = [
        "violation",
        "note",
        "违章",
        "--plate",
        "冀R0D002",
        "--open",
        "1",
    ];
    let noted = home.json(&note, "", 0);
    assert_eq!(noted["source"], "manual", "{noted}");
    assert_eq!(noted["charged"], "no");
    let check = home.json(&["violation", "check", "违章"], "", 0);
    assert_ne!(check["source"], "live", "{check}");
    let bad = ["violation", "note", "违章", "--plate", "冀", "--open", "1"];
    assert_eq!(home.refused(&bad, "", 2)["field"], "plate");
}

#[test]
fn a_car_is_told_nothing_that_makes_no_sense() {
    let mut home = Home::new();
    // Nobody listens there.
    home.set("DAIBAN_SERVICES__VEHICLE__USER_URL", "http://127.0.0.1:1");
    home.set("DAIBAN_SERVICES__VEHICLE__DEVICE_URL", "http://127.0.0.1:1");
    home.json(
        &[
            "user",
            "add",
            "--name",
            "li",
            "--role",
            "admin",
            "--password-stdin",
        ],
        "a long password\n",
        0,
    );
    let secrets = json!({ "access_token": "test-access-token-1", "refresh_token": "test-refresh-token-1", "user_id": "1000001",
        "client_id": "TEST0000CLIENT0001", "app_secret": "daiban-made-up-key-0123456789abc" });
    let add = [
        "account",
        "add",
        "vehicle",
        "--name",
        "car",
        "--set",
        "vin=LTESTVHC7E0000001",
        "--secrets",
        "-",
    ];
    let account = home.json(&add, &secrets.to_string(), 0);
    assert_eq!(account["settings"]["vin"], "*************0001");
    let shown = text(&home.run(&["account", "show", "car"], "").stdout);
    assert!(
        shown.contains("0001") && !shown.contains("LTESTVHC7E0000001"),
        "{shown}"
    );
    for (args, code, field) in [
        (&["car", "lock", "nobody"][..], 1, Value::Null),
        (
            &["car", "unlock", "car", "--minutes", "9"],
            2,
            json!("minutes"),
        ),
        (
            &["car", "start", "car", "--minutes", "soon"],
            2,
            json!("minutes"),
        ),
        (&["car", "find", "car", "--what", "smoke"], 2, json!("what")),
        (
            &["car", "lock", "car", "--car", "LTESTVHC7E0000001"],
            2,
            json!("car"),
        ),
        (&["car", "status", "car", "--car", "x"], 2, json!("car")),
        (&["car", "lock", "car", "--fresh"], 2, json!("--fresh")),
    ] {
        assert_eq!(home.refused(args, "", code)["field"], field, "{args:?}");
    }
    assert_eq!(home.json(&["car", "commands", "car"], "", 0), json!([]));
}
