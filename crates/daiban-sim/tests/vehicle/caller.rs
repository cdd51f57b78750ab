//! A caller of the vehicle service, of 2020 or signed, that makes its signatures on its own.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daiban_sim::{Car, CarChange, CarOwner, CarTokens, VehicleRules};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::common::{Bench, Got};

pub(crate) const VIN: &str = "LTESTVHC7E0000001";
pub(crate) const OTHER_VIN: &str = "LTESTVHC9E0000002";
pub(crate) const USER: &str = "1000001";
pub(crate) const KEY: &str = "daiban-made-up-key-0123456789abc";
pub(crate) const ACCEPT: &str = "application/json;responseformat=3";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Signed,
}

pub(crate) const FORMS: [Form; 2] = [Form::Plain, Form::Signed];

static NONCE: AtomicU64 = AtomicU64::new(1);

pub(crate) struct Caller<'a> {
    pub(crate) bench: &'a Bench,
    pub(crate) form: Form,
    pub(crate) token: String,
    pub(crate) key: String,
    /// Before every path.
    pub(crate) prefix: &'static str,
    /// In place of the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(bench: &'a Bench, form: Form) -> Self {
        let tokens = bench.sim.car_tokens(USER);
        Self {
            bench,
            form,
            token: tokens.map(|pair| pair.access_token).unwrap_or_default(),
            key: KEY.into(),
            prefix: "",
            headers: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Got {
        let body = body.map(Value::to_string).unwrap_or_default();
        let path = format!("{}{path}", self.prefix);
        let mut headers = vec![
            ("authorization", self.token.clone()),
            ("accept", ACCEPT.to_owned()),
            ("x-app-id", "lynkco".to_owned()),
            ("x-operator-code", "LYNKCO".to_owned()),
        ];
        if self.form == Form::Signed {
            headers.extend(self.signed(method, &path, body.as_bytes()));
        }
        headers.retain(|(name, _)| !self.headers.iter().any(|(other, _)| other == name));
        headers.extend(self.headers.clone());
        let mut request = Request::builder().method(method).uri(&path);
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body)).unwrap();
        self.bench.call("vehicle", request).await
    }

    fn signed(&self, method: &str, path: &str, body: &[u8]) -> Vec<(&'static str, String)> {
        let nonce = format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed));
        let moment = self.bench.now().to_string();
        let signature = sign(&self.key, method, path, body, &nonce, &moment);
        vec![
            ("x-api-signature-version", "1.0".into()),
            ("x-api-signature-nonce", nonce),
            ("x-timestamp", moment),
            ("x-signature", signature),
        ]
    }

    async fn json(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.send(method, path, body).await.json()
    }

    fn account_path(&self) -> &'static str {
        match self.form {
            Form::Plain => "/auth/account/token",
            Form::Signed => "/auth/account/session/secure",
        }
    }

    pub(crate) async fn sign_in(&self, code: &str) -> Value {
        let path = format!("{}?identity_type=lid", self.account_path());
        let body = json!({"authCode": code, "redirectUri": "http://www.example.com"});
        self.json("POST", &path, Some(&body)).await
    }

    pub(crate) async fn refresh(&self, refresh: &str) -> Value {
        let body = json!({"refreshToken": refresh});
        self.json("PUT", self.account_path(), Some(&body)).await
    }

    pub(crate) async fn sign_out(&self) -> Value {
        self.json("DELETE", self.account_path(), None).await
    }

    pub(crate) async fn cars(&self, user: &str) -> Value {
        let path = match self.form {
            Form::Plain => format!("/device_platform/user/vehicle?id={user}"),
            Form::Signed => {
                format!("/device-platform/user/vehicle/secure?needSharedCar=1&userId={user}")
            }
        };
        self.json("GET", &path, None).await
    }

    pub(crate) async fn bind(&self, vin: &str) -> Value {
        let body = json!({"vin": vin, "sessionToken": self.token, "language": "zh-CN"});
        let path = "/device-platform/user/session/update?identity_type=lid";
        self.json("POST", path, Some(&body)).await
    }

    pub(crate) fn status_path(&self, vin: &str, latest: bool) -> String {
        match self.form {
            Form::Plain => format!(
                "/geelyTCAccess/tcservices/vehicle/status/{vin}?userId={USER}&latest={latest}&target=more%2Cbasic"
            ),
            Form::Signed => {
                let latest = if latest { "True" } else { "False" };
                format!(
                    "/remote-control/vehicle/status/{vin}?latest={latest}&target=basic%2Cmore&userId={USER}"
                )
            }
        }
    }

    pub(crate) async fn status_of(&self, vin: &str, latest: bool) -> Value {
        let path = self.status_path(vin, latest);
        self.json("GET", &path, None).await
    }

    /// The tree of the car's last report.
    pub(crate) async fn tree(&self) -> Value {
        let status = self.status_of(VIN, false).await;
        assert_eq!(status["code"], "1000", "{status}");
        status["data"]["vehicleStatus"].clone()
    }

    /// The code of a status answer.
    pub(crate) async fn code(&self) -> Value {
        self.status_of(VIN, false).await["code"].clone()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.json("GET", path, None).await
    }

    pub(crate) fn command_path(&self, vin: &str) -> String {
        match self.form {
            Form::Plain => format!("/geelyTCAccess/tcservices/vehicle/telematics/{vin}"),
            Form::Signed => format!("/remote-control/vehicle/telematics/{vin}"),
        }
    }

    pub(crate) async fn tell(&self, body: &Value) -> Value {
        self.json("PUT", &self.command_path(VIN), Some(body)).await
    }
}

/// Nine lines, HMAC-SHA1, Base64.
pub(crate) fn sign(
    key: &str,
    method: &str,
    path_and_query: &str,
    body: &[u8],
    nonce: &str,
    moment: &str,
) -> String {
    let (path, query) = path_and_query
        .split_once('?')
        .unwrap_or((path_and_query, ""));
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort();
    let digest = STANDARD.encode(Md5::digest(body));
    let text = format!(
        "{ACCEPT}\nx-api-signature-nonce:{nonce}\nx-api-signature-version:1.0\n\n{}\n{digest}\n{moment}\n{method}\n{path}",
        pairs.join("&")
    );
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// `RDL` and the like, as the public description has it.
pub(crate) fn command(service: &str, start: bool, parameters: &[(&str, &str)]) -> Value {
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect();
    json!({
        "command": if start { "start" } else { "stop" }, "creator": "tc",
        "operationScheduling": {"duration": 0, "interval": 0, "occurs": 1, "recurrentOperation": false},
        "serviceId": service, "serviceParameters": parameters, "timestamp": 1_795_132_800_000_i64, "userId": USER,
    })
}

pub(crate) fn owner() -> CarOwner {
    CarOwner {
        user_id: USER.into(),
        client_id: "TEST0000CLIENT0000000000000000001".into(),
        app_secret: KEY.into(),
        access_token: "test-access-token-1".into(),
        refresh_token: "test-refresh-token-1".into(),
        auth_code: "test-auth-code-1".into(),
        expires_in_s: 30 * 86_400,
    }
}

/// One user, signed in for a month, with one car: a petrol one that can do everything.
pub(crate) fn bench() -> Bench {
    let bench = Bench::new();
    bench.sim.add_car_owner(owner());
    bench.sim.add_car(car());
    bench
}

pub(crate) fn car() -> Car {
    let functions = [
        "remote_lock",
        "remote_unlock",
        "remote_engine",
        "remote_find",
        "remote_window_close",
        "remote_window_vent",
        "remote_trunk_open",
    ];
    Car {
        functions: functions.map(String::from).into(),
        ..Car::default()
    }
}

/// With a second car of the same user.
pub(crate) fn bench_of_two() -> Bench {
    let bench = bench();
    bench.sim.add_car(Car {
        vin: OTHER_VIN.into(),
        plate: "冀RD00002".into(),
        iccid: "89860000000000000001".into(),
        platform: "tsp".into(),
        phev: true,
        default: false,
        ..car()
    });
    bench
}

pub(crate) fn rules(bench: &Bench, change: impl FnOnce(&mut VehicleRules)) {
    bench.sim.vehicle_rules(change);
}

pub(crate) fn change(bench: &Bench, change: CarChange) {
    assert!(bench.sim.change_car(VIN, change));
}

pub(crate) fn pair(tokens: &CarTokens) -> (&str, &str) {
    (&tokens.access_token, &tokens.refresh_token)
}
