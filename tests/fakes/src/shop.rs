//! A shop with holes, harmless by construction: what real scanners are run against. It has no database and no files; the answers
//! that give a hole away are made up from what was asked.

use crate::{Api, Question, Reply};

/// The policy of the shop without holes, with every directive that scanners ask for.
const CSP: &str = "default-src 'none'; script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The shop.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shop {
    /// True once the holes are closed. The pages and their links stay.
    pub fixed: bool,
}

impl Shop {
    fn page(self, status: u16, body: &str) -> Reply {
        let links = [("/", "home"), ("/items?id=1", "items"), ("/search?q=lamp", "search"), ("/notes", "notes")];
        let links: String = links.iter().map(|(to, name)| format!("<a href=\"{to}\">{name}</a> ")).collect();
        let page =
            format!("<!DOCTYPE html><html><head><title>Shop</title></head><body>{body}<hr>{links}</body></html>");
        // Scanners of ports know a web server by what it calls itself.
        let reply = Reply::text(status, "text/html; charset=utf-8", page).with("server", "nginx");
        if !self.fixed {
            return reply;
        }
        reply
            .with("content-security-policy", CSP)
            .with("x-frame-options", "DENY")
            .with("x-content-type-options", "nosniff")
    }

    /// The cookie of a session that scripts of the page can read, or cannot.
    fn cookie(self) -> &'static str {
        if self.fixed { "session=7f3a; Path=/; HttpOnly; SameSite=Strict" } else { "session=7f3a; Path=/" }
    }

    /// A form that any other site can send, or one with a token.
    fn notes(self) -> Reply {
        let token =
            if self.fixed { "<input type=\"hidden\" name=\"csrf_token\" value=\"c81e728d9d4c2f63\">" } else { "" };
        let form = "<form method=\"post\" action=\"/notes\">";
        self.page(
            200,
            &format!("{form}{token}<input type=\"text\" name=\"body\" value=\"\"><input type=\"submit\"></form>"),
        )
    }

    /// One item by its number: a quote ends the number of who puts it into a statement.
    fn item(self, id: &str) -> Reply {
        if !self.fixed && id.contains(['\'', '"']) {
            let words = "sqlite3.OperationalError: unrecognized token: near &quot;id=&quot;";
            return self.page(500, &format!("<h1>Internal Server Error</h1><pre>{words}</pre>"));
        }
        match id.parse::<u32>() {
            Ok(id) => self.page(200, &format!("<p>Item {id}: a lamp</p>")),
            Err(_) => self.page(404, "<p>No such item</p>"),
        }
    }

    /// What was searched for stands on the page, as it came if nobody escapes it.
    fn search(self, query: &str) -> Reply {
        let shown = if self.fixed { escaped(query) } else { query.to_owned() };
        self.page(200, &format!("<form><input name=\"q\" value=\"\"></form><p>Results for {shown}</p>"))
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

impl Api for Shop {
    fn answer(&mut self, question: &Question) -> Reply {
        match question.route().1.as_slice() {
            [] | [""] => self.page(200, "<h1>Shop</h1>").with("set-cookie", self.cookie()),
            ["notes"] => self.notes(),
            ["items"] => self.item(question.get("id")),
            ["search"] => self.search(question.get("q")),
            _ => self.page(404, "<p>Not found</p>"),
        }
    }
}
