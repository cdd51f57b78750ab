//! Requests: the paths, the bare token, JSON bodies.

use daiban_core::{
    Text, Timestamp,
    dates::beijing,
    http::{Request, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::reply::Driver;
use crate::permit::coverage::{CanApply, Zone, ZoneTexts};

/// The channel the mini-program's form signs in through, the same for every user. *Seen* in the mini-program.
const LOGIN_SOURCE: &str = "6ff67657da8346ddab418205e0442a64";

/// The place of applying: the mini-program's own page sends these for everybody (*seen*). Not the destination.
const APPLYING_LONGITUDE: &str = "116.4";
const APPLYING_LATITUDE: &str = "39.9";

/// The code of a zone.
pub fn zone_code(zone: Zone) -> &'static str {
    match zone {
        Zone::Inside => "01",
        Zone::Outside => "02",
    }
}

/// Where requests go and as whom.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Scheme, host and port; `/pro` and `/auth` hang below. Which port is right depends on where the token came from.
    pub base_url: &'a str,
    /// The token, sent bare. Empty while signing in.
    pub token: &'a str,
}

impl Line<'_> {
    fn post(&self, path: &str, body: &Value) -> Request {
        let url = format!("{}/{path}", self.base_url.trim_end_matches('/'));
        let request = Request::post_json(url, body).ban_sign(ban_sign);
        self.signed(request)
    }

    fn get(&self, path: &str) -> Request {
        let url = format!("{}/{path}", self.base_url.trim_end_matches('/'));
        self.signed(Request::get(url).ban_sign(ban_sign))
    }

    fn signed(&self, request: Request) -> Request {
        if self.token.is_empty() {
            return request;
        }
        request.header("authorization", self.token)
    }

    /// All cars and records: the one question that is repeated.
    pub fn state_list(&self) -> Request {
        self.post("pro/applyRecordController/stateList", &json!({}))
    }

    /// May this car apply at all.
    pub fn vehicle_check(&self, plate: &str, plate_type: &str) -> Request {
        let body = json!({ "hphm": plate, "hpzl": plate_type });
        self.post("pro/applyRecordController/applyVehicleCheck", &body)
    }

    /// The driver of this account.
    pub fn driver(&self) -> Request {
        self.post("pro/applyRecordController/getJsrxx", &json!({}))
    }

    /// The service's switches, `txrkg` (fellow travellers) among them.
    pub fn switches(&self) -> Request {
        self.post("pro/configRecordController/getConfigRecordInfo", &json!({}))
    }

    /// May this driver apply, alone. `passengers` is the switch `txrkg` as the service gave it; `wtxr` 1 says "nobody travels
    /// along", the box a person ticks (*seen* in the mini-program).
    pub fn driver_check(&self, driver: &Driver, passengers: &str) -> Request {
        let body = json!({
            "jsrxm": driver.name.reveal(), "jszh": driver.id_number.reveal(), "dabh": driver.file_number.reveal(),
            "txrxx": [], "txrkg": passengers, "wtxr": "1",
        });
        self.post("pro/applyRecordController/applyCheckNum", &body)
    }

    /// The dates that can be asked for.
    pub fn offered_dates(&self, vehicle_id: &str, plate: &str, zone: Zone) -> Request {
        let body = json!({ "vId": vehicle_id, "jjzzl": zone_code(zone), "hphm": plate });
        self.post("pro/applyRecordController/checkHandle", &body)
    }

    /// Whether a route has to be filed.
    pub fn route_check(&self, vehicle_id: &str) -> Request {
        let body = json!({ "vId": vehicle_id });
        self.post("pro/applyRecordController/checkInputRoadInfo", &body)
    }

    /// Submits an application.
    pub fn apply(&self, application: &Application<'_>, driver: &Driver) -> Request {
        self.post(
            "pro/applyRecordController/insertApplyRecord",
            &application.body(driver),
        )
    }

    /// Takes an approved permit back before it begins.
    pub fn cancel(&self, apply_id: &str, applied_at: Option<Timestamp>) -> Request {
        let body = json!({ "applyId": apply_id, "sqsj": applied_at.map(second) });
        self.post("pro/applyRecordController/cancelApply", &body)
    }

    /// A picture with a code for people.
    pub fn picture(&self) -> Request {
        self.get("auth/userController/getPicCode")
    }

    /// Sends a text message to the account's phone.
    pub fn send_text_message(&self, phone: &str) -> Request {
        self.get(&format!("auth/userController/getPhoneCode?phone={phone}"))
    }

    /// Signs in.
    pub fn login(&self, login: &Login<'_>) -> Request {
        let mut body = json!({
            "username": login.name, "sfzmhm": login.id_number, "phoneNumber": login.phone,
            "code": login.code, "uuid": login.uuid, "source": LOGIN_SOURCE,
        });
        if let Some(phone_code) = login.phone_code {
            body["phoneCode"] = json!(phone_code);
        }
        self.post("auth/userController/loginUserJjz", &body)
    }
}

/// A moment as the service writes it: Beijing time, `2026-03-10 07:30:11`.
pub fn second(moment: Timestamp) -> String {
    beijing(moment).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What the sign-in form sends.
pub struct Login<'a> {
    /// The holder's name.
    pub name: &'a str,
    /// The holder's ID number.
    pub id_number: &'a str,
    /// The holder's mobile number.
    pub phone: &'a str,
    /// What the picture says.
    pub code: &'a str,
    /// Which picture.
    pub uuid: &'a str,
    /// The code from the text message, in the second round.
    pub phone_code: Option<&'a str>,
}

/// Everything an application says, except who drives.
#[derive(Debug)]
pub struct Application<'a> {
    /// The service's number of the car.
    pub vehicle_id: &'a str,
    /// The plate.
    pub plate: &'a str,
    /// The kind of plate.
    pub plate_type: &'a str,
    /// Car or lorry, as the service said.
    pub body_type: &'a str,
    /// The server's flags, sent back as they came.
    pub can_apply: CanApply,
    /// The server's texts, sent back as they came.
    pub zones: &'a ZoneTexts,
    /// Which zone.
    pub zone: Zone,
    /// First day.
    pub from: Date,
    /// Code and name of the purpose.
    pub purpose: (&'a str, &'a str),
    /// Code and name of the district.
    pub district: (&'a str, &'a str),
    /// Where to, as its owner wrote it.
    pub address: &'a str,
    /// Longitude and latitude of the address, where its owner gave them.
    pub place: Option<(&'a str, &'a str)>,
    /// Where the car is.
    pub whereabouts: Whereabouts<'a>,
}

/// Where the car is when its owner applies.
#[derive(Debug, Clone, Copy)]
pub enum Whereabouts<'a> {
    /// In Beijing already, at this address.
    InBeijing(&'a str),
    /// Outside; comes in by this road (code and name).
    Outside(&'a str, &'a str),
}

impl Application<'_> {
    fn body(&self, driver: &Driver) -> Value {
        let (longitude, latitude) = self.place.unwrap_or(("", ""));
        let (here, address_here, road) = match self.whereabouts {
            Whereabouts::InBeijing(address) => ("1", address, ("", "")),
            Whereabouts::Outside(code, name) => ("0", "", (code, name)),
        };
        json!({
            "vId": self.vehicle_id, "hphm": self.plate, "hpzl": self.plate_type, "cllx": self.body_type,
            "ylzsfkb": self.can_apply.inside, "elzsfkb": self.can_apply.outside,
            "ylzmc": self.zones.inside_name, "ylzqyms": self.zones.inside_area,
            "elzmc": self.zones.outside_name, "elzqyms": self.zones.outside_area,
            "jjzzl": zone_code(self.zone), "jjrq": self.from,
            "jsrxm": driver.name.reveal(), "jszh": driver.id_number.reveal(), "dabh": driver.file_number.reveal(),
            "txrxx": [],
            "jjmd": self.purpose.0, "jjmdmc": self.purpose.1,
            "jjdq": self.district.0, "area": self.district.1,
            "xxdz": self.address, "jjdzgdjd": longitude, "jjdzgdwd": latitude,
            "sqdzgdjd": APPLYING_LONGITUDE, "sqdzgdwd": APPLYING_LATITUDE,
            // Whether the car is in Beijing already; wanted since October 2025 (*seen*: requests without it failed).
            "sfzj": here,
            "zjxxdz": address_here, "zjxxdzgdjd": "", "zjxxdzgdwd": "",
            "jjlk": road.0, "jjlkmc": road.1, "jjlkgdjd": "", "jjlkgdwd": "",
            "jingState": "",
        })
    }
}

/// Words of the firewall pages that have been seen in front of the service (2023), and of their kind.
const FIREWALL_WORDS: [&str; 6] = ["拦截", "安全防护", "防火墙", "云堤", "访问被", "WAF"];

/// Recognises the firewall's page: HTML with its words, or HTML with a status that says "not you". A gateway's error page
/// is no ban.
pub fn ban_sign(response: &Response) -> Option<Text> {
    if !response.is_html() {
        return None;
    }
    let page = response.text();
    let says_so = FIREWALL_WORDS.iter().any(|word| page.contains(word));
    (says_so || matches!(response.status, 403 | 405 | 418 | 429)).then(|| {
        Text::new(
            format!(
                "北京交警的防火墙拦下了请求（HTTP {} 网页）",
                response.status
            ),
            format!(
                "the service's firewall blocked the request (HTTP {} page)",
                response.status
            ),
        )
    })
}
