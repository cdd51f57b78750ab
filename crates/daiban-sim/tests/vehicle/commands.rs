//! Commands: taken, carried out later, told later still, and everything that keeps them from it.

use daiban_sim::{CarChange, CarCorners, Leg, LegKind};
use serde_json::{Value, json};

use crate::caller::{Caller, FORMS, Form, VIN, bench, change, command, rules};
use crate::common::{Bench, MINUTE, START};

fn unlock() -> Value {
    command("RDU", true, &[("time.window", "1")])
}

fn lock() -> Value {
    command("RDL", true, &[])
}

async fn tell(bench: &Bench, body: &Value) -> Value {
    Caller::new(bench, Form::Signed).tell(body).await["code"].clone()
}

fn reported(bench: &Bench) -> i64 {
    bench.sim.car_reported_ms(VIN).unwrap() - START
}

#[tokio::test]
async fn it_is_taken_done_and_told_one_after_the_other() {
    for form in FORMS {
        let bench = bench();
        let answer = Caller::new(&bench, form).tell(&unlock()).await;
        assert_eq!(answer["data"]["serviceResult"]["operationResult"], 1);
        bench.pass(7_999);
        assert!(bench.effects("vehicle.").is_empty());
        bench.pass(1);
        assert_eq!(
            bench.effects("vehicle."),
            [format!("vehicle.unlock {VIN} 1")]
        );
        assert_eq!(reported(&bench), 0, "done, and not told yet");
        bench.pass(3_000);
        assert_eq!(reported(&bench), 11_000);
        let tree = Caller::new(&bench, form).tree().await;
        let safety = &tree["additionalVehicleStatus"]["drivingSafetyStatus"];
        assert_eq!(safety["doorLockStatusDriver"], 0);
    }
}

#[tokio::test]
async fn each_command_and_what_it_does() {
    let unlocked = || CarChange::locked(false);
    let running = || CarChange {
        engine: Some(true),
        ..CarChange::default()
    };
    let windows = || CarChange {
        windows_pct: CarCorners::all(Some(100)),
        ..CarChange::default()
    };
    let nothing = CarChange::default;
    let cases = [
        (unlocked(), lock(), "lock", ""),
        (
            nothing(),
            command("RDU", true, &[("time.window", "3")]),
            "unlock",
            " 3",
        ),
        (nothing(), command("RES", true, &[]), "start", ""),
        (running(), command("RES", false, &[]), "stop", ""),
        (
            nothing(),
            command("RHL", true, &[("rhl", "light-flash")]),
            "find",
            " light-flash",
        ),
        (
            nothing(),
            command("RHL", true, &[("rhl", "horn-light-flash")]),
            "find",
            " horn-light-flash",
        ),
        (windows(), command("RWS", false, &[]), "close_windows", ""),
        (
            nothing(),
            command("RWS", true, &[("target", "ventilate")]),
            "vent_windows",
            "",
        ),
        (nothing(), command("RTU", true, &[]), "open_trunk", ""),
    ];
    for (before, body, word, detail) in cases {
        let bench = bench();
        change(&bench, before);
        bench.pass(10_000);
        let earlier = bench.sim.car(VIN).unwrap();
        assert_eq!(tell(&bench, &body).await, "1000", "{word}");
        bench.pass(8_000);
        assert_eq!(
            bench.effects("vehicle."),
            [format!("vehicle.{word} {VIN}{detail}")]
        );
        let state = bench.sim.car(VIN).unwrap();
        match word {
            "lock" => assert_eq!(state.doors_locked, CarCorners::all(true)),
            "unlock" => assert_eq!(state.doors_locked, CarCorners::all(false)),
            "start" => assert!(state.engine && !state.in_drive),
            "stop" => assert!(!state.engine),
            "find" => assert_eq!(state.doors_locked, earlier.doors_locked),
            "close_windows" => assert_eq!(state.windows_pct, CarCorners::all(0)),
            "vent_windows" => assert_eq!(state.windows_pct, CarCorners::all(12)),
            _ => assert!(state.trunk_open && !state.trunk_locked),
        }
    }
}

#[tokio::test]
async fn while_one_runs_and_within_five_seconds_another_is_dropped() {
    let bench = bench();
    assert_eq!(tell(&bench, &unlock()).await, "1000");
    bench.pass(7_999);
    let refused = Caller::new(&bench, Form::Signed).tell(&lock()).await;
    assert_eq!(
        (refused["code"].clone(), refused["success"].clone()),
        (json!("8070"), json!(false))
    );
    bench.pass(1);
    assert_eq!(tell(&bench, &lock()).await, "1000");
    bench.pass(MINUTE);
    let effects = [
        format!("vehicle.unlock {VIN} 1"),
        format!("vehicle.lock {VIN}"),
    ];
    assert_eq!(
        bench.effects("vehicle."),
        effects,
        "the dropped one was not kept"
    );
    rules(&bench, |rules| rules.effect_delay_s = 1);
    assert_eq!(tell(&bench, &lock()).await, "1000");
    bench.pass(4_999);
    assert_eq!(tell(&bench, &lock()).await, "8070");
    bench.pass(1);
    assert_eq!(tell(&bench, &lock()).await, "1000");
    rules(&bench, |rules| {
        rules.busy = false;
        rules.drop_commands_close_together_s = 0;
    });
    assert_eq!(tell(&bench, &lock()).await, "1000");
}

#[tokio::test]
async fn a_car_that_hears_nothing() {
    let deaf = CarChange {
        deaf: Some(true),
        ..CarChange::default()
    };
    let offline = CarChange {
        online: Some(false),
        ..CarChange::default()
    };
    for made in [deaf, offline] {
        let bench = bench();
        change(&bench, made.clone());
        bench.pass(MINUTE);
        let before = reported(&bench);
        assert_eq!(tell(&bench, &unlock()).await, "1000", "the gateway took it");
        bench.pass(5 * MINUTE);
        assert!(bench.effects("vehicle.").is_empty(), "{made:?}");
        assert_eq!(reported(&bench), before);
    }
    let bench = bench();
    rules(&bench, |rules| rules.deaf = true);
    assert_eq!(tell(&bench, &unlock()).await, "1000");
    bench.pass(5 * MINUTE);
    assert!(bench.effects("vehicle.").is_empty());
}

#[tokio::test]
async fn a_sleeping_car_is_woken() {
    let bench = bench();
    let asleep = Leg {
        from_ms: START,
        to_ms: START + 600 * MINUTE,
        kind: LegKind::Asleep,
    };
    assert!(bench.sim.plan_car(VIN, vec![asleep]));
    bench.pass(MINUTE);
    assert_eq!(tell(&bench, &unlock()).await, "1000");
    bench.pass(11_000);
    assert_eq!(reported(&bench), MINUTE + 11_000);
}

#[tokio::test]
async fn it_locks_again_when_nobody_opened_a_door() {
    for (opens, expected) in [(false, true), (true, false)] {
        let bench = bench();
        assert_eq!(tell(&bench, &unlock()).await, "1000");
        bench.pass(20_000);
        if opens {
            for open in [true, false] {
                let door = CarCorners {
                    driver: Some(open),
                    ..CarCorners::default()
                };
                change(
                    &bench,
                    CarChange {
                        doors_open: door,
                        ..CarChange::default()
                    },
                );
            }
        }
        bench.set(START + 8_000 + MINUTE - 1);
        assert_eq!(
            bench.sim.car(VIN).unwrap().doors_locked,
            CarCorners::all(false)
        );
        bench.pass(1);
        let locked = bench.sim.car(VIN).unwrap().doors_locked == CarCorners::all(true);
        assert_eq!(locked, expected);
        assert_eq!(bench.effects("vehicle.relock").len(), usize::from(expected));
    }
}

#[tokio::test]
async fn a_boot_latches_again() {
    let bench = bench();
    assert_eq!(tell(&bench, &command("RTU", true, &[])).await, "1000");
    bench.pass(8_000 + 44_999);
    assert!(bench.sim.car(VIN).unwrap().trunk_open);
    bench.pass(1);
    let state = bench.sim.car(VIN).unwrap();
    assert!(!state.trunk_open && state.trunk_locked);
}

#[tokio::test]
async fn an_engine_that_does_not_start() {
    let running = CarChange {
        engine: Some(true),
        ..CarChange::default()
    };
    let empty = CarChange {
        fuel_l: Some(0.2),
        ..CarChange::default()
    };
    let bonnet = CarChange {
        bonnet_open: Some(true),
        ..CarChange::default()
    };
    for made in [running, empty, bonnet] {
        let bench = bench();
        change(&bench, made.clone());
        bench.pass(MINUTE);
        assert_eq!(tell(&bench, &command("RES", true, &[])).await, "1000");
        bench.pass(MINUTE);
        assert!(bench.effects("vehicle.").is_empty(), "{made:?}");
    }
}

#[tokio::test]
async fn an_engine_started_from_afar_burns_and_warms() {
    let bench = bench();
    tell(&bench, &command("RES", true, &[])).await;
    bench.pass(8_000 + 15 * MINUTE);
    let state = bench.sim.car(VIN).unwrap();
    assert!(state.engine && state.coolant_c == 89.0);
    assert!((state.fuel_l - 48.8).abs() < 0.001, "{}", state.fuel_l);
    let tree = Caller::new(&bench, Form::Signed).tree().await;
    assert_eq!(tree["basicVehicleStatus"]["engineStatus"], "ENGINE_RUNNING");
    assert_eq!(tree["basicVehicleStatus"]["keyStatus"], "NO_KEY_INSERTED");
}

#[tokio::test]
async fn an_engine_may_stop_by_itself() {
    let bench = bench();
    rules(&bench, |rules| rules.engine_stops_itself_s = Some(600));
    tell(&bench, &command("RES", true, &[])).await;
    bench.pass(8_000 + 10 * MINUTE);
    assert!(!bench.sim.car(VIN).unwrap().engine);
    assert_eq!(bench.effects("vehicle.self_stop").len(), 1);
}

#[tokio::test]
async fn somebody_who_drives_off_keeps_the_engine() {
    let bench = bench();
    tell(&bench, &command("RES", true, &[])).await;
    let drive = Leg {
        from_ms: START + MINUTE,
        to_ms: START + 31 * MINUTE,
        kind: LegKind::Drive {
            to: (39.95, 116.4),
            km: 9.0,
        },
    };
    bench.sim.plan_car(VIN, vec![drive]);
    bench.set(START + 2 * MINUTE);
    let stop = command("RES", false, &[]);
    assert_eq!(
        tell(&bench, &stop).await,
        "1405",
        "the cloud knows that it moves"
    );
    assert_eq!(tell(&bench, &unlock()).await, "1405");
    assert_eq!(tell(&bench, &lock()).await, "1000");
    bench.pass(MINUTE);
    assert!(bench.sim.car(VIN).unwrap().engine);
}

#[tokio::test]
async fn what_a_car_does_not_know() {
    let bench = bench();
    for (service, start) in [
        ("XYZ", true),
        ("RDL_2", true),
        ("RDL", false),
        ("RHL", false),
        ("rdl", true),
    ] {
        let body = command(service, start, &[("rhl", "light-flash")]);
        assert_eq!(tell(&bench, &body).await, "1404", "{service} {start}");
    }
}

#[tokio::test]
async fn a_body_out_of_form() {
    let bench = bench();
    let with = |name: &str, value: Value| {
        let mut body = unlock();
        body[name] = value;
        body
    };
    let without = |name: &str| {
        let mut body = unlock();
        body.as_object_mut().unwrap().remove(name);
        body
    };
    for body in [
        with("command", json!("begin")),
        with("creator", json!("me")),
        with("serviceParameters", json!([])),
        with(
            "serviceParameters",
            json!([{"key": "time.window", "value": "4"}]),
        ),
        with(
            "serviceParameters",
            json!([{"key": "time.window", "value": 1}]),
        ),
        with("timestamp", json!("today")),
        with("userId", json!("1000002")),
        with("operationScheduling", json!({"duration": 0})),
        without("operationScheduling"),
        without("timestamp"),
        without("serviceId"),
        json!([]),
        command("RHL", true, &[("rhl", "whistle")]),
        command("RHL", true, &[]),
        command("RWS", true, &[("target", "wide")]),
    ] {
        assert_eq!(tell(&bench, &body).await, "1001", "{body}");
    }
    for body in [without("userId"), with("timestamp", json!("1795132800")), {
        let mut body = without("timestamp");
        body["timeStamp"] = json!(1_795_132_800_000_i64);
        body
    }] {
        assert_eq!(tell(&bench, &body).await, "1000", "{body}");
        bench.pass(10_000);
    }
}
