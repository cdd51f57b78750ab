//! A person with a browser: cookies by path, no redirects followed, forms as the pages send them.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use daiban_sim::{OrderRules, RailAccount, RailPassenger, id_number};
use serde_json::Value;

use crate::common::{Bench, Got};

pub(crate) const SITE: &str = "https://kyfw.12306.cn";
pub(crate) const LOGIN: &str = "/otn/resources/login.html";
pub(crate) const PASSPORT: &str = "/otn/passport?redirect=/otn/login/userLogin";
pub(crate) const TICKETS: &str = "/otn/leftTicket/init?linktypeid=dc";
pub(crate) const ORDER: &str = "/otn/confirmPassenger/initDc";
pub(crate) const MY_ORDERS: &str = "/otn/view/train_order.html";
pub(crate) const DATE: &str = "2026-11-25";

pub(crate) type Fields = Vec<(String, String)>;
/// Position on the list of passengers, seat code, kind of ticket.
pub(crate) type Pick = (usize, char, char);

pub(crate) fn fields(pairs: &[(&str, &str)]) -> Fields {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(own).collect()
}

pub(crate) fn with(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.retain(|(key, _)| key != name);
    fields.push((name.into(), value.into()));
    fields
}

pub(crate) fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    let found = fields.iter().find(|(key, _)| key == name);
    &found.unwrap_or_else(|| panic!("{name} in {fields:?}")).1
}

/// A left-ticket row by the index of its fields.
pub(crate) type Row = Vec<String>;

/// Percent-decoded once, as the page does.
pub(crate) fn decoded(secret: &str) -> String {
    percent_decoded(secret)
}

fn percent_decoded(text: &str) -> String {
    // A form's blank is a plus; none stands in an encoded text.
    assert!(!text.contains('+'));
    let pair = format!("x={text}");
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    pairs.next().unwrap().1.into_owned()
}

/// A world with the demo's trains and the family, and a second account `demo_li`.
pub(crate) fn bench() -> Bench {
    let bench = Bench::new();
    bench.sim.household();
    let passenger = |name: &str, serial: u32, kind: &str| RailPassenger {
        name: name.into(),
        id_number: id_number(serial),
        kind: kind.into(),
        phone: format!("1380000{serial:04}"),
        ..RailPassenger::default()
    };
    bench.sim.add_rail_account(RailAccount {
        username: "demo_li".into(),
        name: "李四".into(),
        passengers: (21..33)
            .map(|serial| passenger(&format!("李{serial}"), serial, "1"))
            .collect(),
        ..RailAccount::default()
    });
    bench
}

pub(crate) fn rules(bench: &Bench, change: impl FnOnce(&mut OrderRules)) {
    bench
        .sim
        .set_options(|options| change(&mut options.rail_order));
}

pub(crate) struct Buyer<'a> {
    pub(crate) bench: &'a Bench,
    cookies: BTreeMap<(String, String), String>,
    pub(crate) row: Row,
    pub(crate) token: String,
    /// `ticketInfoForPassengerForm`.
    pub(crate) form: Value,
    pub(crate) people: Vec<Value>,
}

impl<'a> Buyer<'a> {
    pub(crate) async fn signed_in(bench: &'a Bench, username: &str) -> Self {
        let mut buyer = Self {
            bench,
            cookies: BTreeMap::new(),
            row: Row::new(),
            token: String::new(),
            form: Value::Null,
            people: Vec::new(),
        };
        buyer.sign_in(username).await;
        buyer
    }

    pub(crate) async fn sign_in(&mut self, username: &str) {
        let otn = fields(&[("appid", "otn")]);
        let code = self.post("/passport/web/create-qr64", LOGIN, &otn).await;
        let uuid = code["uuid"].as_str().unwrap();
        assert!(self.bench.sim.scan_rail_qr(uuid, username));
        assert!(self.bench.sim.confirm_rail_qr(uuid));
        let asked = with(otn.clone(), "uuid", uuid);
        self.post("/passport/web/checkqr", LOGIN, &asked).await;
        self.get("/otn/login/userLogin", LOGIN).await;
        self.get(PASSPORT, LOGIN).await;
        let token = self.post("/passport/web/auth/uamtk", PASSPORT, &otn).await;
        let token = fields(&[("tk", token["newapptk"].as_str().unwrap())]);
        let done = self.post("/otn/uamauthclient", PASSPORT, &token).await;
        assert_eq!(done["result_code"], 0);
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        referer: &str,
        form: &Fields,
    ) -> Got {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((scope, _), _)| path.starts_with(scope.as_str()))
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("referer", format!("{SITE}{referer}"))
            .header("cookie", cookies.join("; "))
            .header(
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            )
            .body(Body::from(body))
            .unwrap();
        let got = self.bench.call("rail", request).await;
        for line in got.headers.get_all("set-cookie") {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let scope = rest.trim().split_once('=').unwrap().1;
            self.cookies
                .insert((scope.into(), name.into()), value.into());
        }
        got
    }

    pub(crate) async fn get(&mut self, path: &str, referer: &str) -> Got {
        self.send("GET", path, referer, &Fields::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, referer: &str, form: &Fields) -> Value {
        self.send("POST", path, referer, form).await.json()
    }

    pub(crate) async fn rows(&mut self, date: &str, from: &str, to: &str) -> Vec<Row> {
        self.get("/otn/leftTicket/init", "/otn/").await;
        let path = format!(
            "/otn/leftTicket/queryG?leftTicketDTO.train_date={date}&leftTicketDTO.from_station={from}&leftTicketDTO.to_station={to}&purpose_codes=ADULT"
        );
        let answer = self.get(&path, TICKETS).await.json();
        let rows = answer["data"]["result"].as_array().unwrap().clone();
        let split = |row: &Value| row.as_str().unwrap().split('|').map(Into::into).collect();
        rows.iter().map(split).collect()
    }

    /// Looks for the train and keeps its row.
    pub(crate) async fn look(&mut self, date: &str, from: &str, to: &str, train: &str) -> Row {
        let rows = self.rows(date, from, to).await;
        let row = rows.into_iter().find(|row| row[3] == train).unwrap();
        self.row = row.clone();
        row
    }

    pub(crate) fn submit_fields(&self) -> Fields {
        let row = &self.row;
        let origin = &row[13];
        assert_eq!(origin.len(), 8);
        fields(&[
            ("secretStr", &decoded(&row[0])),
            ("train_date", DATE),
            ("back_train_date", "2026-11-20"),
            ("tour_flag", "dc"),
            ("purpose_codes", "ADULT"),
            ("query_from_station_name", name(&row[6])),
            ("query_to_station_name", name(&row[7])),
            ("bed_level_info", &row[53]),
            ("seat_discount_info", &row[54]),
            ("undefined", ""),
        ])
    }

    pub(crate) async fn submit_with(&mut self, form: &Fields) -> Value {
        self.post("/otn/leftTicket/submitOrderRequest", TICKETS, form)
            .await
    }

    pub(crate) async fn submit(&mut self) -> Value {
        self.submit_with(&self.submit_fields()).await
    }

    pub(crate) async fn page(&mut self) -> Got {
        let form = fields(&[("_json_att", "")]);
        self.send("POST", ORDER, TICKETS, &form).await
    }

    /// Opens the order page and reads it.
    pub(crate) async fn open(&mut self) {
        let page = self.page().await.text;
        self.token = crate::page::variable(&page, "globalRepeatSubmitToken")
            .as_str()
            .unwrap()
            .into();
        self.form = crate::page::variable(&page, "ticketInfoForPassengerForm");
        let people = self.post_step("getPassengerDTOs", &Fields::new()).await;
        self.people = people["data"]["normal_passengers"]
            .as_array()
            .unwrap()
            .clone();
    }

    /// A call of the order page with its two fixed fields.
    pub(crate) async fn post_step(&mut self, call: &str, form: &Fields) -> Value {
        let mut form = form.clone();
        form.extend(fields(&[
            ("_json_att", ""),
            ("REPEAT_SUBMIT_TOKEN", &self.token.clone()),
        ]));
        self.post(&format!("/otn/confirmPassenger/{call}"), ORDER, &form)
            .await
    }

    pub(crate) fn ticket_string(&self, picks: &[Pick]) -> String {
        let one = |(at, seat, kind): &Pick| {
            let text = |field: &str| self.people[*at][field].as_str().unwrap();
            format!(
                "{seat},0,{kind},{},{},{},{},N,{}",
                text("passenger_name"),
                text("passenger_id_type_code"),
                text("passenger_id_no"),
                text("mobile_no"),
                text("allEncStr")
            )
        };
        picks.iter().map(one).collect::<Vec<_>>().join("_")
    }

    pub(crate) fn old_string(&self, picks: &[Pick]) -> String {
        let one = |(at, _, kind): &Pick| {
            let text = |field: &str| self.people[*at][field].as_str().unwrap();
            format!(
                "{},{},{},{kind}_",
                text("passenger_name"),
                text("passenger_id_type_code"),
                text("passenger_id_no")
            )
        };
        picks.iter().map(one).collect()
    }

    pub(crate) fn check_fields(&self, picks: &[Pick]) -> Fields {
        fields(&[
            ("cancel_flag", "2"),
            ("bed_level_order_num", &"0".repeat(30)),
            ("passengerTicketStr", &self.ticket_string(picks)),
            ("oldPassengerStr", &self.old_string(picks)),
            ("tour_flag", "dc"),
            ("whatsSelect", "1"),
            ("sessionId", ""),
            ("sig", ""),
            ("scene", "nc_login"),
        ])
    }

    pub(crate) async fn check(&mut self, picks: &[Pick]) -> Value {
        let form = self.check_fields(picks);
        self.post_step("checkOrderInfo", &form).await
    }

    pub(crate) fn count_fields(&self, picks: &[Pick]) -> Fields {
        fields(&[
            (
                "train_date",
                "Wed Nov 25 2026 00:00:00 GMT+0800 (中国标准时间)",
            ),
            ("train_no", &self.row[2]),
            ("stationTrainCode", &self.row[3]),
            ("seatType", &picks[0].1.to_string()),
            ("fromStationTelecode", &self.row[6]),
            ("toStationTelecode", &self.row[7]),
            ("leftTicket", self.of_form("leftTicketStr")),
            ("purpose_codes", "00"),
            ("train_location", self.of_form("train_location")),
        ])
    }

    pub(crate) fn of_form(&self, name: &str) -> &str {
        self.form[name].as_str().unwrap()
    }

    pub(crate) async fn count(&mut self, picks: &[Pick]) -> Value {
        let form = self.count_fields(picks);
        self.post_step("getQueueCount", &form).await
    }

    pub(crate) fn confirm_fields(&self, picks: &[Pick]) -> Fields {
        fields(&[
            ("passengerTicketStr", &self.ticket_string(picks)),
            ("oldPassengerStr", &self.old_string(picks)),
            ("randCode", ""),
            ("purpose_codes", "00"),
            ("key_check_isChange", self.of_form("key_check_isChange")),
            ("leftTicketStr", self.of_form("leftTicketStr")),
            ("train_location", self.of_form("train_location")),
            ("choose_seats", ""),
            ("seatDetailType", "000"),
            ("is_jy", "N"),
            ("is_cj", "Y"),
            ("encryptedData", ""),
            ("whatsSelect", "1"),
            ("roomType", "00"),
            ("dwAll", "N"),
        ])
    }

    pub(crate) async fn confirm_with(&mut self, form: &Fields) -> Value {
        self.post_step("confirmSingleForQueue", form).await
    }

    pub(crate) async fn confirm(&mut self, picks: &[Pick]) -> Value {
        let form = self.confirm_fields(picks);
        self.confirm_with(&form).await
    }

    /// From the row to the open page.
    pub(crate) async fn begin(&mut self, from: &str, to: &str, train: &str) {
        self.look(DATE, from, to, train).await;
        let submitted = self.submit().await;
        assert_eq!(submitted["status"], true, "{submitted}");
        self.open().await;
    }

    /// From the row until everything is ready to be confirmed.
    pub(crate) async fn prepare(&mut self, picks: &[Pick]) {
        self.begin("VNP", "AOH", "G9001").await;
        let checked = self.check(picks).await;
        assert_eq!(checked["data"]["submitStatus"], true, "{checked}");
        let counted = self.count(picks).await;
        assert_eq!(counted["status"], true, "{counted}");
    }

    /// From the row through confirm.
    pub(crate) async fn order(&mut self, picks: &[Pick]) {
        self.prepare(picks).await;
        let confirmed = self.confirm(picks).await;
        assert_eq!(confirmed["data"]["submitStatus"], true, "{confirmed}");
    }

    pub(crate) async fn wait(&mut self) -> Value {
        let (now, token) = (self.bench.now(), self.token.clone());
        let path = format!(
            "/otn/confirmPassenger/queryOrderWaitTime?random={now}&tourFlag=dc&_json_att=&REPEAT_SUBMIT_TOKEN={token}"
        );
        self.get(&path, ORDER).await.json()["data"].clone()
    }

    pub(crate) async fn unfinished(&mut self) -> Value {
        let form = fields(&[("_json_att", "")]);
        let path = "/otn/queryOrder/queryMyOrderNoComplete";
        let answer = self.post(path, MY_ORDERS, &form).await;
        assert_eq!(answer["status"], true, "{answer}");
        answer["data"].clone()
    }

    /// The one unpaid order.
    pub(crate) async fn unpaid(&mut self) -> Value {
        self.unfinished().await["orderDBList"][0].clone()
    }

    pub(crate) async fn order_no(&mut self) -> String {
        self.unpaid().await["sequence_no"].as_str().unwrap().into()
    }

    pub(crate) async fn cancel(&mut self, number: &str) -> Value {
        let form = fields(&[
            ("sequence_no", number),
            ("cancel_flag", "cancel_order"),
            ("_json_att", ""),
        ]);
        let path = "/otn/queryOrder/cancelNoCompleteMyOrder";
        self.post(path, MY_ORDERS, &form).await["data"].clone()
    }

    /// What the row shows of a class now.
    pub(crate) async fn left(&mut self, train: &str, column: usize) -> String {
        self.look(DATE, "VNP", "AOH", train).await[column].clone()
    }
}

fn name(telecode: &str) -> &'static str {
    match telecode {
        "VNP" => "北京南",
        "AOH" => "上海虹桥",
        "BJP" => "北京",
        "SHH" => "上海",
        "JGK" => "济南西",
        "HGH" => "杭州东",
        other => panic!("{other}"),
    }
}

pub(crate) fn is_illegal(answer: &Value) -> bool {
    answer["status"] == false && answer["messages"] == serde_json::json!(["非法请求"])
}

/// The words of a refusal in `data`.
pub(crate) fn refusal(answer: &Value) -> &str {
    assert_eq!(answer["data"]["submitStatus"], false, "{answer}");
    answer["data"]["errMsg"].as_str().unwrap()
}
