//! A caller of the hospital service: its web page's headers, its cookies by path, its sealed fields.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use daiban_sim::{
    Clinic, Hospital, HospitalAccount, HospitalCard, HospitalDepartment, HospitalPatient,
    HospitalRules, id_number,
};
use serde_json::{Value, json};

use crate::common::{Bench, Got};

pub(crate) const PAGE: &str = "https://www.114yygh.com/hospital/H9/04/644/source";
pub(crate) const MOBILE: &str = "13800000041";
/// Seven days from the first.
pub(crate) const LAST: &str = "2026-11-27";
/// Released the day before the first.
pub(crate) const KNOWN: &str = "2026-11-26";

pub(crate) struct Caller<'a> {
    pub(crate) bench: &'a Bench,
    /// Name, path, value.
    pub(crate) cookies: Vec<(String, String, String)>,
    pub(crate) referer: String,
    pub(crate) source: Option<String>,
}

pub(crate) fn seal(plain: &str) -> String {
    let padding = 16 - plain.len() % 16;
    let mut bytes = plain.as_bytes().to_vec();
    bytes.extend(std::iter::repeat_n(padding as u8, padding));
    let cipher = Aes128::new(&Array(*b"imed2019imed2019"));
    let sealed = bytes.chunks(16).flat_map(|block| {
        let mut block = Array::try_from(block).unwrap();
        cipher.encrypt_block(&mut block);
        block.0
    });
    URL_SAFE.encode(sealed.collect::<Vec<u8>>())
}

impl<'a> Caller<'a> {
    pub(crate) fn new(bench: &'a Bench) -> Self {
        Self {
            bench,
            cookies: Vec::new(),
            referer: PAGE.into(),
            source: Some("PC".into()),
        }
    }

    /// One signed in.
    pub(crate) async fn signed_in(bench: &'a Bench) -> Self {
        let mut caller = Self::new(bench);
        caller.sign_in(MOBILE).await;
        caller
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.cookies.iter();
        cookies
            .find(|(known, _, _)| known == name)
            .map(|(_, _, value)| value.as_str())
    }

    fn header(&self, path: &str) -> String {
        let mut fitting: Vec<_> = self
            .cookies
            .iter()
            .filter(|(_, scope, _)| path.starts_with(scope.as_str()))
            .collect();
        fitting.sort_by_key(|(_, scope, _)| std::cmp::Reverse(scope.len()));
        let pairs: Vec<String> = fitting
            .iter()
            .map(|(name, _, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, got: &Got) {
        for line in got.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let mut parts = line.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap();
            self.cookies
                .retain(|(known, scope, _)| (known.as_str(), scope.as_str()) != (name, path));
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.into(), path.into(), value.into()));
            }
        }
    }

    /// A call as it is, with nothing added to `path`.
    pub(crate) async fn send(&mut self, method: &str, path: &str, kind: &str, body: String) -> Got {
        let bare = path.split('?').next().unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("referer", &self.referer)
            .header("content-type", kind)
            .header("cookie", self.header(bare));
        if let Some(source) = &self.source {
            request = request.header("request-source", source);
        }
        let got = self
            .bench
            .call("hospital", request.body(Body::from(body)).unwrap())
            .await;
        self.keep(&got);
        got
    }

    pub(crate) async fn fetch(&mut self, path: &str, fields: &[(&str, &str)]) -> Got {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("_time", &self.bench.now().to_string());
        query.extend_pairs(fields);
        self.send(
            "GET",
            &format!("/web/{path}?{}", query.finish()),
            "",
            String::new(),
        )
        .await
    }

    pub(crate) async fn submit(&mut self, path: &str, body: &Value) -> Got {
        let path = format!("/web/{path}?_time={}", self.bench.now());
        self.send(
            "POST",
            &path,
            "application/json;charset=UTF-8",
            body.to_string(),
        )
        .await
    }

    pub(crate) async fn get(&mut self, path: &str, fields: &[(&str, &str)]) -> Value {
        self.fetch(path, fields).await.json()
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Value {
        self.submit(path, &body).await.json()
    }

    /// Fetches a picture and gives what a person reads in it.
    pub(crate) async fn picture(&mut self) -> String {
        let got = self.fetch("img/getImgCode", &[]).await;
        assert_eq!(got.headers["content-type"], "image/png");
        let image = STANDARD.encode(&got.bytes);
        self.bench.sim.read_hospital_picture(&image).unwrap()
    }

    /// Has a text message sent; gives the answer.
    pub(crate) async fn ask_code(&mut self, mobile: &str, picture: &str) -> Value {
        let mobile = seal(mobile);
        let fields = [
            ("mobile", mobile.as_str()),
            ("smsKey", "LOGIN"),
            ("code", picture),
        ];
        self.get("common/verify-code/get", &fields).await
    }

    pub(crate) async fn login(&mut self, mobile: &str, code: &str) -> Value {
        self.post("login", json!({"mobile": seal(mobile), "code": seal(code)}))
            .await
    }

    pub(crate) async fn sign_in(&mut self, mobile: &str) {
        let picture = self.picture().await;
        assert_eq!(
            self.get("checkcode", &[("code", &picture)]).await["data"],
            true
        );
        assert_eq!(self.ask_code(mobile, &picture).await["resCode"], 0);
        let code = self.bench.sim.hospital_sms_code(mobile).unwrap();
        assert_eq!(self.login(mobile, &code).await["resCode"], 0);
    }

    pub(crate) async fn is_signed_in(&mut self) -> bool {
        !self.get("user/info", &[]).await["data"].is_null()
    }

    pub(crate) async fn week(&mut self, week: i64) -> Value {
        self.post("product/list", with(codes(), json!({"week": week})))
            .await["data"]
            .clone()
    }

    /// Status of a day in one of the two weeks; `None` when neither covers it.
    pub(crate) async fn status(&mut self, date: &str) -> Option<String> {
        for week in [1, 2] {
            let data = self.week(week).await;
            let mut days = data["calendars"].as_array().unwrap().iter();
            if let Some(day) = days.find(|day| day["dutyDate"] == date) {
                return Some(day["status"].as_str().unwrap().into());
            }
        }
        None
    }

    pub(crate) async fn day(&mut self, date: &str) -> Vec<Value> {
        let answer = self
            .post("product/detail", with(codes(), json!({"target": date})))
            .await;
        answer["data"].as_array().unwrap().clone()
    }

    /// The first product of a day.
    pub(crate) async fn product(&mut self, date: &str) -> Value {
        let halves = self.day(date).await;
        let mut products = halves
            .iter()
            .flat_map(|half| half["detail"].as_array().unwrap());
        products.next().unwrap().clone()
    }

    /// What confirm and save say of the first product or time of that day.
    pub(crate) async fn choice(&mut self, date: &str) -> Value {
        let product = self.product(date).await;
        let (key, time) = match product["period"].get(0) {
            Some(time) => (&time["uniqProductKey"], time["dutyTime"].as_str().unwrap()),
            None => (&product["uniqProductKey"], "0"),
        };
        with(
            codes(),
            json!({"target": date, "dutyTime": time, "uniqProductKey": key}),
        )
    }

    pub(crate) async fn confirm(&mut self, choice: &Value) -> Value {
        self.post("product/confirm", choice.clone()).await
    }

    /// From the day to the answer of `order/save`, for the first patient.
    pub(crate) async fn book(&mut self, date: &str, more: Value) -> Value {
        let choice = self.choice(date).await;
        let confirmed = self.confirm(&choice).await;
        assert_eq!(confirmed["resCode"], 0, "{confirmed}");
        let order = order(&choice, &confirmed["data"]["confirmToken"]);
        self.post("order/save", with(order, more)).await
    }
}

pub(crate) fn codes() -> Value {
    json!({"hosCode": "H9", "firstDeptCode": "04", "secondDeptCode": "644"})
}

pub(crate) fn with(mut base: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => {
                base.as_object_mut().unwrap().remove(name);
            }
            value => base[name.as_str()] = value.clone(),
        }
    }
    base
}

/// The body of `order/save` for the adult, with the card as listed.
pub(crate) fn order(choice: &Value, token: &Value) -> Value {
    let body = json!({
        "cardNo": "1000****041X", "cardType": "SOCIAL_SECURITY", "orderFrom": "HOSP", "phone": MOBILE,
        "treatmentDay": choice["target"], "smsCode": "", "confirmToken": token, "contactRelType": "CONTACT_OTHER",
    });
    with(choice.clone(), body)
}

pub(crate) fn clinic() -> Clinic {
    Clinic {
        hos: "H9".into(),
        first: "04".into(),
        second: "644".into(),
        doctor: Some("张示例".into()),
        title: "副主任医师".into(),
        places: 2,
        ..Clinic::default()
    }
}

pub(crate) fn patient(name: &str, serial: u32, phone: &str) -> HospitalPatient {
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

/// One hospital with one department and the clinics given, one account, and no limit on requests.
pub(crate) fn bench_with(clinics: Vec<Clinic>) -> Bench {
    let bench = Bench::new();
    let sim = &bench.sim;
    sim.add_hospital(Hospital {
        code: "H9".into(),
        name: "北京示例第九医院".into(),
        ..Hospital::default()
    });
    for (second, name) in [("644", "消化内科门诊"), ("645", "呼吸内科门诊")] {
        sim.add_hospital_department(HospitalDepartment {
            hos: "H9".into(),
            first: "04".into(),
            first_name: "内科".into(),
            second: second.into(),
            second_name: name.into(),
            ..HospitalDepartment::default()
        });
    }
    for clinic in clinics {
        sim.add_clinic(clinic);
    }
    sim.add_hospital_account(HospitalAccount {
        mobile: MOBILE.into(),
        name: "王示例".into(),
        id_number: id_number(41),
        patients: vec![patient("王示例", 41, MOBILE), patient("王小例", 42, "")],
        ..HospitalAccount::default()
    });
    rules(&bench, |rules| {
        rules.per_minute = 0;
        rules.product_gap_ms = 0;
    });
    bench
}

pub(crate) fn rules(bench: &Bench, change: impl FnOnce(&mut HospitalRules)) {
    bench
        .sim
        .set_options(|options| change(&mut options.hospital));
}
