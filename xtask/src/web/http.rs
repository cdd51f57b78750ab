//! Just enough HTTP/1.1 to measure with, on loopback.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// Nothing on loopback takes longer, unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that is kept.
pub(super) struct Client {
    port: u16,
    lines: BufReader<TcpStream>,
    cookie: String,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(known, value)| (known == name).then_some(value.as_str()))
    }
}

impl Client {
    pub(super) fn connect(port: u16, cookie: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            port,
            lines: BufReader::new(stream),
            cookie: cookie.to_owned(),
        })
    }

    /// Asks for a page and reads it to its end.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "")?;
        let (status, headers) = self.head()?;
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        let length = answer.header("content-length").unwrap_or("0").parse()?;
        answer.body.resize(length, 0);
        self.lines.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    /// Sends a form and reads what became of it.
    pub(super) fn post(&mut self, path: &str, form: &str) -> Result<u16> {
        self.send("POST", path, form)?;
        let (status, headers) = self.head()?;
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or("0", |(_, value)| value).parse()?;
        let mut body = vec![0; length];
        self.lines.read_exact(&mut body)?;
        Ok(status)
    }

    /// Begins a stream; its lines come by [`Client::line`].
    pub(super) fn stream(&mut self, path: &str) -> Result<()> {
        self.send("GET", path, "")?;
        match self.head()?.0 {
            200 => Ok(()),
            status => bail!("{path}: {status}"),
        }
    }

    /// The next line of a stream, without its end.
    pub(super) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            bail!("the stream has ended");
        }
        Ok(line.trim_end().to_owned())
    }

    fn send(&mut self, method: &str, path: &str, form: &str) -> Result<()> {
        let (port, cookie, length) = (self.port, &self.cookie, form.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\naccept-encoding: gzip\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
        );
        Ok(self.lines.get_mut().write_all(request.as_bytes())?)
    }

    fn head(&mut self) -> Result<(u16, Vec<(String, String)>)> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).context("a status")?.parse()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok((status, headers));
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}
