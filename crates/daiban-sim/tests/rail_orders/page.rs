//! The order page: what its scripts hold, in every way they may be written, and when it is not shown.

use daiban_sim::OrderPage;
use serde_json::{Map, Value, json};

use crate::buyer::{Buyer, DATE, Fields, LOGIN, ORDER, bench, fields, is_illegal, refusal, rules};

/// Value of `var NAME = …` as a browser would have it.
pub(crate) fn variable(page: &str, name: &str) -> Value {
    let at = page.find(&format!("var {name}")).unwrap() + 4 + name.len();
    let text: Vec<char> = page[at..].chars().collect();
    let mut reader = Reader { text, at: 0 };
    reader.expect('=');
    let value = reader.value();
    reader.expect(';');
    value
}

/// Reads literals of JavaScript: strings in either quotes, arrays, objects, words and numbers.
struct Reader {
    text: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&mut self) -> char {
        while self.text[self.at].is_whitespace() {
            self.at += 1;
        }
        self.text[self.at]
    }

    fn expect(&mut self, sign: char) {
        assert_eq!(self.peek(), sign);
        self.at += 1;
    }

    fn is_next(&mut self, sign: char) -> bool {
        let is_next = self.peek() == sign;
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Value {
        match self.peek() {
            '\'' | '"' => Value::String(self.string()),
            '[' => self.array(),
            '{' => self.object(),
            _ => self.word(),
        }
    }

    fn string(&mut self) -> String {
        let quote = self.peek();
        let mut read = Vec::new();
        self.at += 1;
        while self.text[self.at] != quote {
            if self.text[self.at] == '\\' {
                self.at += 1;
                read.push(self.escape());
            } else {
                let mut units = [0; 2];
                read.extend_from_slice(self.text[self.at].encode_utf16(&mut units));
            }
            self.at += 1;
        }
        self.at += 1;
        String::from_utf16(&read).unwrap()
    }

    fn escape(&mut self) -> u16 {
        match self.text[self.at] {
            'n' => u16::from(b'\n'),
            'u' => {
                let digits: String = self.text[self.at + 1..self.at + 5].iter().collect();
                self.at += 4;
                u16::from_str_radix(&digits, 16).unwrap()
            }
            sign => sign as u16,
        }
    }

    fn array(&mut self) -> Value {
        self.expect('[');
        let mut items = Vec::new();
        while !self.is_next(']') {
            items.push(self.value());
            self.is_next(',');
        }
        Value::Array(items)
    }

    fn object(&mut self) -> Value {
        self.expect('{');
        let mut fields = Map::new();
        while !self.is_next('}') {
            self.peek();
            let key = self.string();
            self.expect(':');
            fields.insert(key, self.value());
            self.is_next(',');
        }
        Value::Object(fields)
    }

    fn word(&mut self) -> Value {
        let start = self.at;
        while !",;]} \n".contains(self.text[self.at]) {
            self.at += 1;
        }
        let word: String = self.text[start..self.at].iter().collect();
        serde_json::from_str(&word).unwrap()
    }
}

#[tokio::test]
async fn what_it_holds() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let row = buyer.look(DATE, "VNP", "AOH", "G9001").await;
    buyer.submit().await;
    let page = buyer.page().await.text;
    assert!(page.contains("var globalRepeatSubmitToken = '"));
    assert!(page.contains("var ticketInfoForPassengerForm={'"));
    assert!(page.contains("var orderRequestDTO={'"));
    assert_eq!(variable(&page, "if_check_slide_passcode_token"), "0");
    let form = variable(&page, "ticketInfoForPassengerForm");
    let request = &form["queryLeftTicketRequestDTO"];
    assert_eq!(
        [
            &form["leftTicketStr"],
            &form["train_location"],
            &form["purpose_codes"],
            &form["isAsync"],
            &request["ypInfoDetail"]
        ],
        [
            row[12].as_str(),
            row[15].as_str(),
            "00",
            "1",
            row[12].as_str()
        ]
    );
    assert_eq!(
        [
            &request["train_no"],
            &request["station_train_code"],
            &request["from_station"],
            &request["to_station"],
            &request["train_date"]
        ],
        [row[2].as_str(), "G9001", "VNP", "AOH", "20261125"]
    );
    assert_eq!(form["key_check_isChange"].as_str().unwrap().len(), 56);
    let request = variable(&page, "orderRequestDTO");
    assert_eq!(
        request["train_date"],
        json!({"date": 25, "day": 3, "hours": 0, "minutes": 0, "month": 10, "seconds": 0, "time": 1_795_536_000_000_i64, "timezoneOffset": -480, "year": 126})
    );
}

#[tokio::test]
async fn every_way_of_writing_it_says_the_same() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    buyer.submit().await;
    let mut first = None;
    for style in 0..16 {
        let has = |bit: u32| style & bit != 0;
        rules(&bench, |rules| {
            rules.page = OrderPage {
                double_quotes: has(1),
                reversed: has(2),
                spaced: has(4),
                awkward: has(8),
                ..OrderPage::default()
            };
        });
        let page = buyer.page().await.text;
        let mut form = variable(&page, "ticketInfoForPassengerForm");
        assert_eq!(page.contains("\\u"), has(8));
        assert_eq!(page.contains("\\'"), has(8) && !has(1));
        if has(8) {
            assert_eq!(form["tips"], "乘客's \"座位\" {以'票面'为准};\\ </b>");
        }
        let fields = form.as_object_mut().unwrap();
        fields.remove("tips");
        let key = fields.remove("key_check_isChange");
        let token = variable(&page, "globalRepeatSubmitToken");
        assert!(token.as_str().unwrap().len() == 32 && key.is_some());
        let request = variable(&page, "orderRequestDTO");
        let seen = (form, request);
        assert_eq!(*first.get_or_insert_with(|| seen.clone()), seen, "{style}");
    }
}

#[tokio::test]
async fn without_an_order_it_ends_the_session() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    // Passengers outside an order are somewhere else.
    let form = fields(&[("_json_att", ""), ("REPEAT_SUBMIT_TOKEN", "")]);
    let path = "/otn/confirmPassenger/getPassengerDTOs";
    let away = buyer.send("POST", path, ORDER, &form).await;
    assert_eq!(
        (away.status.as_u16(), &away.headers["location"]),
        (302, &"/otn/safeguard/init".parse().unwrap())
    );
    assert_eq!(is_signed_in(&mut buyer).await, "Y");

    let away = buyer.page().await;
    assert_eq!(
        (away.status.as_u16(), &away.headers["location"]),
        (302, &LOGIN.parse().unwrap())
    );
    assert_eq!(is_signed_in(&mut buyer).await, "N");

    // After confirm there is no order to fill in either.
    buyer.sign_in("chen_mo").await;
    buyer.order(&[(0, 'O', '1')]).await;
    assert_eq!(buyer.page().await.status, 302);
    assert_eq!(is_signed_in(&mut buyer).await, "N");
}

async fn is_signed_in(buyer: &mut Buyer<'_>) -> Value {
    let conf = buyer.post("/otn/login/conf", LOGIN, &Fields::new()).await;
    conf["data"]["is_login"].clone()
}

#[tokio::test]
async fn each_showing_has_its_own_token() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let picks = [(0, 'O', '1')];
    buyer.prepare(&picks).await;
    let old = buyer.token.clone();
    buyer.open().await;
    assert_ne!(buyer.token, old);
    assert!(
        is_illegal(&buyer.confirm(&picks).await),
        "what was checked is forgotten"
    );
    let new = std::mem::replace(&mut buyer.token, old);
    assert!(is_illegal(&buyer.check(&picks).await));
    buyer.token = new;
    assert_eq!(buyer.check(&picks).await["data"]["submitStatus"], true);
}

#[tokio::test]
async fn busy_half_lost_and_with_a_slider() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.look(DATE, "VNP", "AOH", "G9001").await;
    buyer.submit().await;
    rules(&bench, |rules| {
        rules
            .say_once
            .insert("page".into(), "系统忙，请稍后重试".into());
    });
    let busy = buyer.page().await.text;
    assert!(busy.contains("系统忙，请稍后重试") && !busy.contains("globalRepeatSubmitToken"));
    rules(&bench, |rules| rules.page.null_token = true);
    assert!(variable(&buyer.page().await.text, "globalRepeatSubmitToken").is_null());
    rules(&bench, |rules| {
        rules.page.null_token = false;
        rules.page.slider = true;
    });
    buyer.open().await;
    let page = buyer.page().await.text;
    assert_eq!(variable(&page, "if_check_slide_passcode_token"), "1");
    buyer.open().await;
    let refused = buyer.check(&[(0, 'O', '1')]).await;
    assert!(refusal(&refused).contains("滑块"));
    let wrong = buyer
        .send("POST", ORDER, ORDER, &fields(&[("_json_att", "")]))
        .await;
    assert_eq!(wrong.status, 302, "not from the page of tickets");
    assert_eq!(is_signed_in(&mut buyer).await, "Y");
}
