//! A car over time: driving, charging, asleep, without a network, and when the cloud hears of it.

use daiban_sim::{Car, CarChange, CarCorners, Leg, LegKind};

use crate::caller::{Caller, Form, VIN, bench, car, change, rules};
use crate::common::{Bench, HOUR, MINUTE, START};

/// 天坛
const PARK: (f64, f64) = (39.8822, 116.4066);

fn plan(bench: &Bench, from: i64, to: i64, kind: LegKind) {
    let leg = Leg {
        from_ms: START + from,
        to_ms: START + to,
        kind,
    };
    assert!(bench.sim.plan_car(VIN, vec![leg]));
}

fn reported(bench: &Bench) -> i64 {
    bench.sim.car_reported_ms(VIN).unwrap() - START
}

fn drive() -> LegKind {
    LegKind::Drive { to: PARK, km: 12.0 }
}

#[tokio::test]
async fn a_drive_is_told_every_half_minute() {
    let bench = bench();
    plan(&bench, 10 * MINUTE, 40 * MINUTE, drive());
    bench.set(START + 10 * MINUTE - 1);
    assert_eq!(reported(&bench), 0);
    bench.set(START + 10 * MINUTE + 2_000);
    assert_eq!(reported(&bench), 10 * MINUTE + 2_000);
    bench.set(START + 25 * MINUTE);
    let tree = Caller::new(&bench, Form::Plain).tree().await;
    assert_eq!(tree["updateTime"], START + 25 * MINUTE);
    let basic = &tree["basicVehicleStatus"];
    assert_eq!(basic["engineStatus"], "ENGINE_RUNNING");
    assert_eq!(basic["speed"], 24.0);
    assert_eq!(basic["direction"], 165);
    let half = ((39.9087 + PARK.0) / 2.0 * 3_600_000.0_f64).round() as i64;
    assert_eq!(basic["position"]["latitude"], half);
    let more = &tree["additionalVehicleStatus"];
    assert_eq!(more["maintenanceStatus"]["odometer"], 33_259);
    assert_eq!(more["maintenanceStatus"]["tyreStatusDriver"], 186.0);
    assert_eq!(more["runningStatus"]["fuelLevel"], 48.5);
    assert_eq!(more["runningStatus"]["engineCoolantTemperature"], 89.0);
    assert_eq!(
        more["drivingBehaviourStatus"]["transimissionGearPostion"],
        1
    );
}

#[tokio::test]
async fn it_is_parked_locked_and_told_two_seconds_later() {
    let bench = bench();
    plan(&bench, 0, 30 * MINUTE, drive());
    bench.set(START + 40 * MINUTE);
    assert_eq!(reported(&bench), 30 * MINUTE + 2_000);
    let state = bench.sim.car(VIN).unwrap();
    assert_eq!((state.lat, state.lon), PARK);
    assert_eq!(
        (state.speed_kmh, state.engine, state.in_drive),
        (0.0, false, false)
    );
    assert_eq!(state.doors_locked, CarCorners::all(true));
    assert_eq!(state.interior_c, 0.0, "told as nothing measured");
    assert!((state.fuel_l - 47.92).abs() < 0.001, "{}", state.fuel_l);
    assert!((state.tyres_warm - 5.0).abs() < 0.001, "they cool down");
    assert!((state.coolant_c - 84.0).abs() < 0.001);
    bench.set(START + 10 * HOUR);
    let state = bench.sim.car(VIN).unwrap();
    assert_eq!((state.coolant_c, state.tyres_warm), (19.0, 0.0));
}

#[tokio::test]
async fn it_does_not_matter_how_often_somebody_looks() {
    let (seldom, often) = (bench(), bench());
    for bench in [&seldom, &often] {
        plan(bench, MINUTE, 31 * MINUTE, drive());
        plan(bench, 40 * MINUTE, 70 * MINUTE, LegKind::Offline);
    }
    for minute in 0..90 {
        often.set(START + minute * MINUTE + 17);
        often.sim.journal();
    }
    seldom.set(often.now());
    let round = |bench: &Bench| {
        let state = bench.sim.car(VIN).unwrap();
        let tenths = |number: f64| (number * 10.0).round() as i64;
        (
            tenths(state.coolant_c),
            tenths(state.tyres_warm),
            tenths(state.fuel_l),
            reported(bench),
        )
    };
    assert_eq!(round(&seldom), round(&often));
}

#[tokio::test]
async fn what_is_done_by_hand_is_told_two_seconds_later() {
    let bench = bench();
    bench.pass(HOUR);
    change(&bench, CarChange::locked(false));
    assert_eq!(reported(&bench), 0);
    bench.pass(1_999);
    assert_eq!(reported(&bench), 0);
    bench.pass(1);
    assert_eq!(reported(&bench), HOUR + 2_000);
    let safety = Caller::new(&bench, Form::Plain).tree().await;
    let safety = &safety["additionalVehicleStatus"]["drivingSafetyStatus"];
    assert_eq!(safety["doorLockStatusPassenger"], 0);
}

#[tokio::test]
async fn an_open_door_is_not_locked() {
    let bench = bench();
    let door = CarCorners {
        passenger: Some(true),
        ..CarCorners::default()
    };
    change(
        &bench,
        CarChange {
            doors_open: door,
            ..CarChange::locked(true)
        },
    );
    let state = bench.sim.car(VIN).unwrap();
    assert!(state.doors_locked.driver && !state.doors_locked.passenger);
}

#[tokio::test]
async fn somebody_leaves_it_unlocked_as_planned() {
    let bench = bench();
    plan(&bench, 0, 20 * MINUTE, drive());
    let left = LegKind::Hand(Box::new(CarChange::locked(false)));
    plan(&bench, 20 * MINUTE + 1_000, 20 * MINUTE + 1_000, left);
    bench.set(START + 30 * MINUTE);
    assert_eq!(reported(&bench), 20 * MINUTE + 3_000);
    assert_eq!(
        bench.sim.car(VIN).unwrap().doors_locked,
        CarCorners::all(false)
    );
}

fn plug_in() -> Bench {
    let bench = bench();
    let mut car = Car {
        phev: true,
        platform: "tsp".into(),
        ..car()
    };
    car.state.soc_pct = 30.0;
    bench.sim.add_car(car);
    bench
}

#[tokio::test]
async fn a_charge_is_told_every_five_minutes() {
    let bench = plug_in();
    plan(&bench, 0, 2 * HOUR, LegKind::Charge { to_pct: 90.0 });
    bench.set(START + HOUR);
    let tree = Caller::new(&bench, Form::Signed).tree().await;
    let electric = &tree["additionalVehicleStatus"]["electricVehicleStatus"];
    assert_eq!(electric["chargeLevel"], "60");
    assert_eq!(electric["timeToFullyCharged"], "80");
    assert_eq!(
        (
            electric["chargerState"].clone(),
            electric["statusOfChargerConnection"].clone()
        ),
        ("2".into(), "3".into())
    );
    bench.set(START + HOUR + 4 * MINUTE);
    assert_eq!(reported(&bench), HOUR);
    bench.set(START + 3 * HOUR);
    assert_eq!(reported(&bench), 2 * HOUR + 2_000);
    let tree = Caller::new(&bench, Form::Signed).tree().await;
    let electric = &tree["additionalVehicleStatus"]["electricVehicleStatus"];
    assert_eq!(electric["chargeLevel"], "90");
    assert_eq!(electric["timeToFullyCharged"], "2047");
}

#[tokio::test]
async fn a_plug_in_drives_on_its_battery_first() {
    let bench = plug_in();
    plan(&bench, 0, HOUR, LegKind::Drive { to: PARK, km: 20.0 });
    bench.set(START + 30 * MINUTE);
    let state = bench.sim.car(VIN).unwrap();
    assert_eq!((state.soc_pct, state.fuel_l), (15.0, 49.0));
    bench.set(START + HOUR);
    let state = bench.sim.car(VIN).unwrap();
    assert_eq!((state.soc_pct, state.interior_c), (15.0, 21.0));
    assert!((state.fuel_l - 48.1).abs() < 0.001);
}

#[tokio::test]
async fn asleep_it_tells_nothing_until_it_is_woken() {
    let bench = bench();
    plan(&bench, MINUTE, 10 * HOUR, LegKind::Asleep);
    bench.set(START + HOUR);
    change(&bench, CarChange::locked(false));
    bench.pass(MINUTE);
    let caller = Caller::new(&bench, Form::Signed);
    let cached = caller.tree().await;
    assert_eq!(
        cached["updateTime"], START,
        "the cloud's answer does not wake it"
    );
    let asked = bench.now() - START;
    let fresh = caller.status_of(VIN, true).await;
    assert_eq!(
        fresh["data"]["vehicleStatus"]["updateTime"], START,
        "the fresh one comes later"
    );
    bench.pass(2_999);
    assert_eq!(reported(&bench), 0);
    bench.pass(1);
    assert_eq!(reported(&bench), asked + 3_000);
    assert_eq!(
        bench.sim.car(VIN).unwrap().doors_locked,
        CarCorners::all(false)
    );
    bench.pass(10 * MINUTE);
    change(&bench, CarChange::locked(true));
    bench.pass(MINUTE);
    assert_eq!(reported(&bench), asked + 3_000, "asleep again");
    bench.set(START + 11 * HOUR);
    assert_eq!(reported(&bench), 10 * HOUR + 2_000);
}

#[tokio::test]
async fn a_wish_for_a_fresh_report_may_wake_nobody() {
    let bench = bench();
    rules(&bench, |rules| rules.latest_wakes = false);
    plan(&bench, 0, HOUR, LegKind::Asleep);
    bench.pass(MINUTE);
    Caller::new(&bench, Form::Signed).status_of(VIN, true).await;
    bench.pass(MINUTE);
    assert_eq!(reported(&bench), 0);
}

#[tokio::test]
async fn without_a_network_nothing_is_told_and_nothing_comes() {
    let bench = bench();
    plan(&bench, 0, 20 * MINUTE, drive());
    plan(&bench, 5 * MINUTE + 1, 30 * MINUTE, LegKind::Offline);
    bench.set(START + 25 * MINUTE);
    assert_eq!(reported(&bench), 5 * MINUTE);
    let caller = Caller::new(&bench, Form::Plain);
    let tree = caller.status_of(VIN, true).await["data"]["vehicleStatus"].clone();
    assert_eq!(
        tree["basicVehicleStatus"]["speed"], 36.0,
        "as it was last heard of"
    );
    bench.pass(MINUTE);
    assert_eq!(reported(&bench), 5 * MINUTE);
    bench.set(START + 31 * MINUTE);
    assert_eq!(reported(&bench), 30 * MINUTE + 2_000);
    assert_eq!(caller.tree().await["basicVehicleStatus"]["speed"], 0.0);
}
