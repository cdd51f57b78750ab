//! initDc: the order page, whose scripts hold the token and what the later steps must send back.

use serde_json::{Value, json};

use super::book::{Draft, Journey, Stage};
use super::rules::OrderPage;
use super::said;
use super::script::{assignment, quoted};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::rail::session::{LOGIN_PAGE, account_of, page as html, signed_out};
use crate::rail::tickets::Ride;
use crate::rail::{error_page, form, here};
use crate::world::World;

pub(super) fn answer(world: &mut World, call: &Call) -> Answer {
    if account_of(world, call).is_none() {
        return signed_out(world, call);
    }
    let session = call.cookie("JSESSIONID").unwrap_or_default().to_owned();
    if !has_draft(world, &session) {
        return sent_away(world, call, &session);
    }
    let asked = form(call).iter().any(|(name, _)| name == "_json_att");
    if !asked || !call.header("referer").contains("/otn/leftTicket/init") {
        return error_page(call);
    }
    if let Some(message) = said(world, "page") {
        return html("系统提示", &message);
    }
    if world.options.rail_order.page.null_token {
        return Answer::html(
            200,
            "<!DOCTYPE html><html><head><script>\nvar globalRepeatSubmitToken = null;\n</script></head><body></body></html>",
        );
    }
    renew(world, &session);
    show(world, &session)
}

/// A page whose train doesn't run any more has nothing to show either.
fn has_draft(world: &World, session: &str) -> bool {
    let draft = world.rail.orders.drafts.get(session);
    draft.is_some_and(|draft| {
        draft.stage() != Stage::Queued && Ride::of(world, &draft.trip).is_some()
    })
}

/// The page without an order to show ends the session of `/otn` (*seen* 2026, by one author).
fn sent_away(world: &mut World, call: &Call, session: &str) -> Answer {
    world.rail.sessions.remove(session);
    world.rail.orders.drafts.remove(session);
    Answer::redirect(here(call, LOGIN_PAGE))
}

/// Each showing has its own token, and what was checked on an earlier one is forgotten.
fn renew(world: &mut World, session: &str) {
    let token = world.chance.hex32();
    let key = format!("{}{}", world.chance.hex32(), &world.chance.hex32()[..24]);
    let slider = world.options.rail_order.page.slider;
    if let Some(draft) = world.rail.orders.drafts.get_mut(session) {
        draft.token = token;
        draft.key = key.to_ascii_uppercase();
        draft.slider = slider;
        draft.checked = None;
        draft.counted = false;
    }
}

fn show(world: &World, session: &str) -> Answer {
    let style = &world.options.rail_order.page;
    let draft = world.rail.orders.drafts.get(session);
    let draft = draft.and_then(|draft| Some((draft, Ride::of(world, &draft.trip)?)));
    let Some((draft, ride)) = draft else {
        return html("系统提示", "系统忙，请稍后重试");
    };
    let form = form_values(world, draft, &ride, style);
    let request = request_values(world, &ride);
    let equals = if style.spaced { "  =  " } else { " = " };
    Answer::html(
        200,
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>确认订单信息</title><script>\n\
             var ctx='/otn/';\nvar globalRepeatSubmitToken{equals}{};\nvar global_lang = 'zh_CN';\n\
             var if_check_slide_passcode_token='{}';\n</script>\n<script>\n/*<![CDATA[*/\n\
             var init_seatTypes={};\n{}{}/*]]>*/\n</script></head><body></body></html>",
            quoted(&draft.token, style),
            u8::from(draft.slider),
            super::script::literal(&form["limitBuySeatTicketDTO"]["seat_type_codes"], style),
            assignment("ticketInfoForPassengerForm", &form, style),
            assignment("orderRequestDTO", &request, style),
        ),
    )
}

/// The fields *seen* in public clients; those that nobody reads are only some of the real ones.
fn form_values(world: &World, draft: &Draft, ride: &Ride, style: &OrderPage) -> Value {
    let journey = Journey::new(world, ride);
    let left_ticket = ride.left_ticket();
    let seats: Vec<Value> = sold_classes(ride)
        .map(|code| json!({"end_station_name": null, "id": code.to_string(), "start_station_name": null, "value": seat_name(code)}))
        .collect();
    let mut form = json!({
        "cardTypes": [{"end_station_name": null, "id": "1", "value": "中国居民身份证"}, {"end_station_name": null, "id": "B", "value": "护照"}],
        "isAsync": "1", "key_check_isChange": draft.key, "leftDetails": details(ride), "leftTicketStr": left_ticket,
        "limitBuySeatTicketDTO": {"seat_type_codes": seats, "ticket_type_codes": [{"id": "1", "value": "成人票"}, {"id": "2", "value": "儿童票"}, {"id": "3", "value": "学生票"}, {"id": "4", "value": "残军票"}]},
        "maxTicketNum": "9", "purpose_codes": draft.purpose,
        "queryLeftTicketRequestDTO": {
            "arrive_time": journey.arrive, "bigger20": "Y", "from_station": journey.trip.from, "from_station_name": journey.from_name,
            "from_station_no": format!("{:02}", ride.from + 1), "login_id": null, "login_mode": null, "purpose_codes": draft.purpose,
            "start_time": journey.depart, "station_train_code": journey.code, "to_station": journey.trip.to, "to_station_name": journey.to_name,
            "to_station_no": format!("{:02}", ride.to + 1), "train_date": journey.trip.date.strftime("%Y%m%d").to_string(), "train_flag": null,
            "train_no": journey.trip.train_no, "useMasterPool": true, "ypInfoDetail": left_ticket,
        },
        "tour_flag": "dc", "train_location": LOCATION,
    });
    if style.awkward {
        form["tips"] = json!("乘客's \"座位\" {以'票面'为准};\\ </b>");
    }
    form
}

/// Field 15 of every row here.
pub(super) const LOCATION: &str = "P3";

fn details(ride: &Ride) -> Vec<String> {
    let seats = ride.train.seats.iter();
    seats
        .map(|seat| {
            let price = ride.price(seat);
            format!("{}({}.{}0元)", seat_name(seat.code), price / 10, price % 10)
        })
        .collect()
}

/// Classes one can choose; without seat is not one of them.
pub(super) fn sold_classes(ride: &Ride) -> impl Iterator<Item = char> {
    let codes = ride.train.seats.iter().map(|seat| seat.code);
    codes.filter(|code| *code != 'W')
}

fn request_values(world: &World, ride: &Ride) -> Value {
    let journey = Journey::new(world, ride);
    let day = journey.trip.date;
    json!({
        "adult_num": 0, "apply_order_no": null, "child_num": 0, "from_station_name": journey.from_name,
        "from_station_telecode": journey.trip.from, "id_mode": "Y", "isShowPassCode": "N", "reserve_flag": "A",
        "station_train_code": journey.code, "student_num": 0, "ticket_num": 0, "to_station_name": journey.to_name,
        "to_station_telecode": journey.trip.to, "tour_flag": "dc", "train_no": journey.trip.train_no,
        "train_date": {
            "date": day.day(), "day": day.weekday().to_sunday_zero_offset(), "hours": 0, "minutes": 0, "month": day.month() - 1,
            "seconds": 0, "time": clock::start_of(day), "timezoneOffset": -480, "year": day.year() - 1900,
        },
    })
}

/// Names of classes, *seen* on the service's pages.
pub(crate) fn seat_name(code: char) -> &'static str {
    match code {
        '9' => "商务座",
        'P' => "特等座",
        'M' => "一等座",
        'D' => "优选一等座",
        'O' => "二等座",
        'S' => "二等包座",
        '6' => "高级软卧",
        'A' => "高级动卧",
        '4' => "软卧",
        'I' => "一等卧",
        'F' => "动卧",
        '3' => "硬卧",
        'J' => "二等卧",
        '2' => "软座",
        '1' => "硬座",
        'W' => "无座",
        _ => "其他",
    }
}
