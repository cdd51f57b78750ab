//! `daiban car`: what a car tells. Telling it what to do is in `vehicle_tell`.

use daiban_core::{Timestamp, dates};
use daiban_providers::vehicle::reading::{Position, Reading};
use serde_json::{Map, Value, json};

use super::{
    args::Car,
    context::Context,
    out::{Done, Out},
    rail::listed,
    vehicle_tell::tell,
};
use crate::{
    app::{AppError, CarListed, CarOrder, SimData, json_of},
    say::{self, Table},
};

pub(super) async fn run(context: &Context, verb: Car) -> Result<Done, AppError> {
    match verb {
        Car::Status {
            account,
            car,
            fresh,
        } => status(context, &account, car.as_deref(), fresh).await,
        Car::List { account } => list(context, &account).await,
        Car::Data { account, car } => data(context, &account, car.as_deref()).await,
        Car::Commands { account, limit } => commands(context, &account, limit).await,
        Car::Lock(told) => tell(context, "lock", json!({}), told).await,
        Car::Unlock { told, minutes } => {
            tell(context, "unlock", args("minutes", minutes), told).await
        }
        Car::Start { told, minutes } => {
            tell(context, "start", args("minutes", minutes), told).await
        }
        Car::Stop(told) => tell(context, "stop", json!({}), told).await,
        Car::Find { told, what } => tell(context, "find", args("what", what), told).await,
        Car::CloseWindows(told) => tell(context, "close_windows", json!({}), told).await,
        Car::VentWindows(told) => tell(context, "vent_windows", json!({}), told).await,
        Car::OpenTrunk(told) => tell(context, "open_trunk", json!({}), told).await,
    }
}

fn args(name: &str, value: Option<String>) -> Value {
    let given = value.map(|value| (name.to_owned(), json!(value)));
    Value::Object(Map::from_iter(given))
}

async fn status(
    context: &Context,
    account: &str,
    car: Option<&str>,
    fresh: bool,
) -> Result<Done, AppError> {
    let (app, out) = (context.app(), context.out);
    let account = context.account_id(account).await?;
    let reading = app
        .vehicle_status(&context.actor, &account, car, fresh)
        .await?;
    let text = status_words(&reading, app.now(), out);
    Ok(Done::new(say::reading(&reading), text))
}

/// Everything that is told about a car, unknown where it is not.
fn status_words(reading: &Reading, now: Timestamp, out: Out) -> String {
    let lang = out.lang;
    let age = match reading.updated_at {
        Some(at) => {
            let (at, ago) = (dates::rfc3339(at), say::ago(lang, at, now));
            match lang {
                daiban_core::Lang::Zh => format!("车报于 {at}，{ago}"),
                daiban_core::Lang::En => format!("reported at {at}, {ago}"),
            }
        }
        None => out
            .say(
                "车没说是什么时候报的",
                "the car does not say when it reported this",
            )
            .to_owned(),
    };
    let mut table = Table::new(&["", ""]);
    for (name, value) in status_rows(reading, now, out) {
        table.row([name.to_owned(), value]);
    }
    let heading = format!("{}  {}", reading.vin, say::car_summary(reading, lang));
    let mut text = format!(
        "{heading}\n{age}\n{}",
        table.to_text().trim_start_matches('\n')
    );
    for warning in &reading.warnings {
        let label = out.say("车在提醒：", "the car warns: ");
        text.push_str(&format!("{label}{}\n", warning.text.in_lang(lang)));
    }
    text
}

fn status_rows(reading: &Reading, now: Timestamp, out: Out) -> Vec<(&'static str, String)> {
    let lang = out.lang;
    let of = |value, digits, unit| say::measure(value, digits, unit, lang);
    let corners = |said: &dyn Fn(&str) -> String| {
        let names = ["driver", "passenger", "driver_rear", "passenger_rear"];
        let each = names.map(|name| format!("{} {}", say::corner(name, lang), said(name)));
        each.join(out.say("；", "; "))
    };
    let door = |name: &str| say::door(*at(&reading.doors, name), lang);
    let window = |name: &str| say::opening(*at(&reading.windows, name), lang).to_owned();
    let tyre = |name: &str| {
        let warns = at(&reading.tyre_warnings, name) == &Some(true);
        let warns = if warns {
            out.say("，车在报警", ", the car warns")
        } else {
            ""
        };
        format!("{}{warns}", of(*at(&reading.tyres_kpa, name), 0, "kPa"))
    };
    let mut rows = vec![
        (out.say("油量", "fuel"), of(reading.fuel_l, 1, "L")),
        (out.say("续航", "range"), of(reading.range_km, 0, "km")),
        (
            out.say("总里程", "odometer"),
            of(reading.odometer_km, 0, "km"),
        ),
        (
            out.say("小电瓶", "12 V battery"),
            of(reading.battery_12v_v, 1, "V"),
        ),
        (
            out.say("平均油耗", "consumption"),
            of(reading.consumption_l_100km, 1, "L/100 km"),
        ),
    ];
    if reading.soc_pct.is_some() || reading.plugged.is_some() {
        rows.push((out.say("电量", "charge"), of(reading.soc_pct, 0, "%")));
        let minutes = reading.time_to_full_min.map(f64::from);
        rows.push((out.say("充满还要", "until full"), of(minutes, 0, "min")));
    }
    rows.extend([
        (out.say("车门", "doors"), corners(&door)),
        (out.say("车窗", "windows"), corners(&window)),
        (
            out.say("天窗", "sunroof"),
            say::opening(reading.sunroof, lang).to_owned(),
        ),
        (out.say("后备箱", "boot"), say::door(reading.trunk, lang)),
        (
            out.say("机盖", "bonnet"),
            say::door(
                daiban_providers::vehicle::reading::Door {
                    open: reading.bonnet_open,
                    locked: None,
                },
                lang,
            ),
        ),
        (out.say("胎压", "tyres"), corners(&tyre)),
        (out.say("车外", "outside"), of(reading.exterior_c, 0, "°C")),
        (out.say("车内", "inside"), of(reading.interior_c, 0, "°C")),
        (out.say("保养", "service"), say::service_due(reading, lang)),
        (
            out.say("位置", "position"),
            place(reading.position.as_ref(), reading.updated_at, now, out),
        ),
    ]);
    rows
}

fn at<'c, T>(corners: &'c daiban_providers::vehicle::reading::Corners<T>, name: &str) -> &'c T {
    match name {
        "driver" => &corners.driver,
        "passenger" => &corners.passenger,
        "driver_rear" => &corners.driver_rear,
        _ => &corners.passenger_rear,
    }
}

fn place(
    position: Option<&Position>,
    updated_at: Option<Timestamp>,
    now: Timestamp,
    out: Out,
) -> String {
    let Some(position) = position else {
        return say::unknown(out.lang).to_owned();
    };
    let trust = match position.trusted {
        Some(true) => "",
        Some(false) => out.say("，车标了不可信", ", not trusted by the car"),
        None => out.say("，可不可信未知", ", whether to trust it is unknown"),
    };
    let age = position.at.or(updated_at);
    let age = age.map(|at| format!("{}{}", out.say("，", ", "), say::ago(out.lang, at, now)));
    let (lat, lon) = (position.lat, position.lon);
    format!("{lat:.4}, {lon:.4}{trust}{}", age.unwrap_or_default())
}

async fn list(context: &Context, account: &str) -> Result<Done, AppError> {
    let account = context.account_id(account).await?;
    let cars = context.app().vehicle_cars(&context.actor, &account).await?;
    let table = car_table(&cars.cars, context.out);
    let none = cars.cars.is_empty();
    Ok(listed(json_of(&cars)?, table, none))
}

fn car_table(cars: &[CarListed], out: Out) -> Table {
    let mut table = Table::new(&[
        out.say("车", "car"),
        out.say("车架号", "VIN"),
        out.say("车牌", "plate"),
        out.say("车系", "series"),
        out.say("平常用", "usual"),
    ]);
    for car in cars {
        let known = |text: &Option<String>| {
            let text = text.clone();
            text.unwrap_or_else(|| say::unknown(out.lang).to_owned())
        };
        let usual = if car.default {
            out.say("是", "yes")
        } else {
            ""
        };
        table.row([
            car.car.clone(),
            car.vin.clone(),
            known(&car.plate),
            known(&car.series),
            usual.to_owned(),
        ]);
    }
    table
}

async fn data(context: &Context, account: &str, car: Option<&str>) -> Result<Done, AppError> {
    let account = context.account_id(account).await?;
    let data = context
        .app()
        .vehicle_data(&context.actor, &account, car)
        .await?;
    let text = data_words(&data, context.app().now(), context.out);
    Ok(Done::new(json_of(&data)?, text))
}

fn data_words(data: &SimData, now: Timestamp, out: Out) -> String {
    let lang = out.lang;
    let mib = |value| say::measure(value, 1, "MiB", lang);
    let (left, of) = (mib(data.left_mib), mib(data.total_mib));
    let mut text = match lang {
        daiban_core::Lang::Zh => format!("还剩 {left}，共 {of}\n"),
        daiban_core::Lang::En => format!("{left} left of {of}\n"),
    };
    let until = data.until.map(dates::rfc3339);
    let until = until.unwrap_or_else(|| say::unknown(lang).to_owned());
    text.push_str(&format!("{}{until}\n", out.say("用到：", "until: ")));
    if let Some(at) = data.as_of {
        text.push_str(&format!(
            "{}{}\n",
            out.say("数据：", "as of: "),
            say::ago(lang, at, now)
        ));
    }
    let mut table = Table::new(&[
        out.say("套餐", "package"),
        out.say("剩", "left"),
        out.say("共", "of"),
        out.say("到", "until"),
    ]);
    for package in &data.packages {
        let until = package.until.map(dates::rfc3339);
        table.row([
            package.product.clone().unwrap_or_default(),
            mib(package.left_mib),
            mib(package.total_mib),
            until.unwrap_or_else(|| say::unknown(lang).to_owned()),
        ]);
    }
    if !data.packages.is_empty() {
        text.push_str(&table.to_text());
    }
    text
}

async fn commands(context: &Context, account: &str, limit: usize) -> Result<Done, AppError> {
    let (app, lang) = (context.app(), context.out.lang);
    let account = context.account_id(account).await?;
    let orders = app.vehicle_orders(&context.actor, &account, limit).await?;
    let said = orders
        .iter()
        .map(|one| say::order(&one.order, one.ask.as_ref(), lang));
    let table = order_table(&orders, context.out);
    Ok(Done::new(said.collect(), table.to_text()))
}

fn order_table(orders: &[CarOrder], out: Out) -> Table {
    let mut table = Table::new(&[
        "id",
        out.say("时间", "at"),
        out.say("车", "car"),
        out.say("操作", "command"),
        out.say("从", "by"),
        out.say("状态", "state"),
        out.say("原因", "code"),
    ]);
    for CarOrder { order, .. } in orders {
        table.row([
            order.id.clone(),
            dates::rfc3339(order.asked_at),
            order.car.clone().unwrap_or_default(),
            order.command.name().in_lang(out.lang).to_owned(),
            say::order_by(&order.by, out.lang).to_owned(),
            say::order_state(order.state, out.lang).to_owned(),
            order.code.clone().unwrap_or_default(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser as _;
    use daiban_core::{Lang, Text};

    use daiban_providers::vehicle::command::{Command, CommandState, Order};

    use super::super::args::{Cli, Command as Noun};
    use super::*;

    const ZH: Out = Out {
        json: false,
        lang: Lang::Zh,
        quiet: false,
    };
    const EN: Out = Out {
        lang: Lang::En,
        ..ZH
    };

    fn now() -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
    }

    fn parked() -> Reading {
        let shut = json!({ "open": false, "locked": true });
        serde_json::from_value(json!({
            "vin": "*************0001", "updated_at": "2026-11-22T14:02:00+08:00", "locked": true, "engine": "off",
            "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": false, "altitude_m": null, "at": null },
            "fuel_l": 49.0, "range_km": 550.0, "odometer_km": 33_253.0, "battery_12v_v": 12.0, "exterior_c": 6.0, "days_to_service": 278,
            "doors": { "driver": shut, "passenger": shut, "driver_rear": shut, "passenger_rear": { "open": true, "locked": false } },
            "windows": { "driver": "closed", "passenger": "closed", "driver_rear": "closed", "passenger_rear": "open" },
            "trunk": shut, "bonnet_open": false, "sunroof": "closed",
            "tyres_kpa": { "driver": 247.1, "passenger": 245.8, "driver_rear": 250.0, "passenger_rear": 189.5 },
            "tyre_warnings": { "passenger_rear": true },
            "warnings": [{ "code": "washer_fluid", "text": { "zh": "玻璃水少了", "en": "washer fluid is low" } }],
        }))
        .unwrap()
    }

    #[test]
    fn a_status_in_chinese() {
        let said = status_words(&parked(), now(), ZH);
        let expected = "\
*************0001  锁着，熄火
车报于 2026-11-22T14:02:00+08:00，8 分钟前
油量      49.0 L
续航      550 km
总里程    33,253 km
小电瓶    12.0 V
平均油耗  未知
车门      左前 关、锁了；右前 关、锁了；左后 关、锁了；右后 开着、没锁
车窗      左前 关；右前 关；左后 关；右后 开着
天窗      关
后备箱    关、锁了
机盖      关
胎压      左前 247 kPa；右前 246 kPa；左后 250 kPa；右后 190 kPa，车在报警
车外      6 °C
车内      未知
保养      278 天 后
位置      39.9087, 116.3975，车标了不可信，8 分钟前
车在提醒：玻璃水少了
";
        assert_eq!(said, expected);
    }

    #[test]
    fn a_status_of_nothing_in_english() {
        let said = status_words(&Reading::default(), now(), EN);
        let corners =
            "front left unknown; front right unknown; rear left unknown; rear right unknown";
        let expected = format!(
            "  locks unknown, engine unknown
the car does not say when it reported this
fuel          unknown
range         unknown
odometer      unknown
12 V battery  unknown
consumption   unknown
doors         {corners}
windows       {corners}
sunroof       unknown
boot          unknown
bonnet        unknown
tyres         {corners}
outside       unknown
inside        unknown
service       unknown
position      unknown
"
        );
        assert_eq!(said, expected);
    }

    #[test]
    fn data_and_its_packages() {
        let data: SimData = serde_json::from_value(json!({
            "total_mib": 3072.0, "left_mib": 3002.3, "until": null, "as_of": "2026-11-22T13:10:00+08:00",
            "packages": [{ "product": "800720", "total_mib": 3072.0, "left_mib": 3002.3, "until": "2027-01-01T00:00:00+08:00" }],
        }))
        .unwrap();
        assert_eq!(
            data_words(&data, now(), EN),
            "3,002.3 MiB left of 3,072.0 MiB\nuntil: unknown\nas of: 1 hour ago\n\
             package  left         of           until\n800720   3,002.3 MiB  3,072.0 MiB  2027-01-01T00:00:00+08:00\n"
        );
    }

    fn order(command: Command, state: CommandState, code: Option<&str>) -> Order {
        Order {
            id: "x1".to_owned(),
            command,
            car: Some("0001".to_owned()),
            state,
            code: code.map(str::to_owned),
            text: Text::new("三分钟里车没有报新的状态", "nothing new in three minutes"),
            by: "cli".to_owned(),
            asked_at: now(),
            approved_at: None,
            sent_at: None,
            settled_at: None,
            confirmed_by: None,
            stops_at: None,
            session: None,
        }
    }

    #[test]
    fn commands_as_a_table() {
        let told = CarOrder {
            order: order(
                Command::Unlock { minutes: 1 },
                CommandState::Unconfirmed,
                Some("timeout"),
            ),
            ask: None,
        };
        assert_eq!(
            order_table(&[told], ZH).to_text(),
            "id  时间                       车    操作         从      状态    原因\n\
             x1  2026-11-22T14:10:00+08:00  0001  解锁 1 分钟  命令行  没确认  timeout\n"
        );
    }

    fn parsed(words: &[&str]) -> Result<Car, clap::Error> {
        let cli = Cli::try_parse_from([&["daiban", "car"], words].concat())?;
        match cli.command {
            Noun::Car(verb) => Ok(verb),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn verbs_as_they_are_typed() {
        let unlock =
            parsed(&["unlock", "家里", "--yes", "--minutes", "2", "--car", "0001"]).unwrap();
        let Car::Unlock { told, minutes } = unlock else {
            panic!("{unlock:?}");
        };
        assert!(told.yes);
        assert_eq!(
            (
                told.account.as_str(),
                told.car.as_deref(),
                minutes.as_deref()
            ),
            ("家里", Some("0001"), Some("2"))
        );
        assert!(matches!(
            parsed(&["status", "a", "--fresh"]).unwrap(),
            Car::Status { fresh: true, .. }
        ));
        assert!(matches!(
            parsed(&["find", "a", "--what", "both"]).unwrap(),
            Car::Find { what: Some(_), .. }
        ));
        assert!(matches!(
            parsed(&["close-windows", "a"]).unwrap(),
            Car::CloseWindows(_)
        ));
        assert!(matches!(
            parsed(&["vent-windows", "a"]).unwrap(),
            Car::VentWindows(_)
        ));
        assert!(matches!(
            parsed(&["open-trunk", "a"]).unwrap(),
            Car::OpenTrunk(_)
        ));
        assert!(matches!(
            parsed(&["commands", "a"]).unwrap(),
            Car::Commands { limit: 20, .. }
        ));
        for wrong in [
            &["lock"][..],
            &["lock", "a", "--minutes", "1"],
            &["fly", "a"],
            &["data"],
            &["stop", "a", "--what", "x"],
        ] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
