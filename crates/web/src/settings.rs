//! What a bureau sets about its pages.

use std::net::SocketAddr;

use catalogue::Lang;

use crate::ui::Link;

/// Whether cookies may travel without encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookies {
    /// Only over https; named `__Host-…`, so that no neighbour domain can set them.
    Secure,
    /// Also over plain http: on loopback, or when the operator says so.
    Plain,
}

#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the product in the top bar: 金质.
    pub product: String,
    /// A line above everything: that this is a demo.
    pub strip: Option<String>,
    pub cookies: Cookies,
    /// Address under which people reach the pages, where it is configured.
    pub address: Option<String>,
    /// Links at the foot of every page: filing numbers, 为政府网站找错, version.
    pub foot: Vec<Link<'static>>,
}

/// Name of the product, and the same for readers of English.
pub const PRODUCT: &str = "金质";
const PRODUCT_EN: &str = "Jinzhi";

impl Settings {
    /// What the product is called; a name that the bureau chose is the same in every language.
    pub fn product(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if self.product == PRODUCT => PRODUCT_EN,
            _ => &self.product,
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            product: PRODUCT.to_owned(),
            strip: None,
            cookies: Cookies::Secure,
            address: None,
            foot: Vec::new(),
        }
    }
}

impl Settings {
    /// Plain cookies on loopback, secure ones elsewhere.
    pub fn for_address(address: SocketAddr) -> Settings {
        let cookies = if address.ip().is_loopback() {
            Cookies::Plain
        } else {
            Cookies::Secure
        };
        Settings {
            cookies,
            ..Settings::default()
        }
    }
}
