//! The kinds of identifier, each with its name, Chinese title and the rule it comes from.

use speech::{Said, said};

macro_rules! kinds {
    ($($variant:ident $name:literal $title:literal / $english:literal $rule:literal;)*) => {
        /// One kind of identifier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!($title, " (", $rule, ")")] $variant,)*
        }

        impl Kind {
            /// Every kind, in the order of the table.
            pub fn all() -> &'static [Kind] {
                &[$(Kind::$variant),*]
            }

            /// The kind with this stable name, such as `uscc`.
            pub fn from_name(name: &str) -> Option<Kind> {
                match name {
                    $($name => Some(Kind::$variant),)*
                    _ => None,
                }
            }

            /// Stable name, used in definitions and in the API.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name),* }
            }

            /// Name for people.
            pub fn title(self) -> Said {
                match self { $(Kind::$variant => said!($title / $english)),* }
            }

            /// Standard or rule that fixes the structure.
            pub fn rule(self) -> &'static str {
                match self { $(Kind::$variant => $rule),* }
            }
        }
    };
}

kinds! {
    Uscc "uscc" "统一社会信用代码" / "Unified social credit code" "GB 32100-2015";
    OrgCode "orgcode" "组织机构代码" / "Organisation code" "GB 11714-1997";
    ResidentId "resident_id" "公民身份号码" / "Citizen identity number" "GB 11643-1999";
    Division6 "division6" "县级以上行政区划代码" / "Division code (county and above)" "GB/T 2260-2007";
    Division9 "division9" "乡级行政区划代码" / "Division code (town)" "GB/T 10114-2003";
    Division12 "division12" "统计用区划代码" / "Statistical division code" "国家统计局统计用区划代码";
    UrbanRural "urban_rural" "城乡分类代码" / "Urban–rural class code" "国家统计局统计用区划代码";
    Ean13Cn "ean13_cn" "商品条码（13位）" / "Article barcode (13 digits)" "GB 12904-2008";
    Ean13 "ean13" "商品条码（13位，含境外）" / "Article barcode (13 digits, foreign ones too)" "GB 12904-2008";
    Ean8 "ean8" "商品条码（8位）" / "Article barcode (8 digits)" "GB 12904-2008";
    Gtin14 "gtin14" "储运包装商品条码（14位）" / "Dispatch unit barcode (14 digits)" "GB/T 16830-2008";
    Sc "sc" "食品生产许可证编号" / "Food production licence number" "食品生产许可管理办法（总局令第24号）第三十条";
    Qs "qs" "QS编号（旧）" / "QS number (old)" "原食品生产许可证编号";
    Xk "xk" "工业产品生产许可证编号" / "Industrial product production licence number" "工业产品生产许可证管理条例实施办法";
    Ccc "ccc" "强制性产品认证证书编号" / "Compulsory product certificate number" "强制性产品认证管理规定";
    Cma "cma" "资质认定证书编号" / "Qualification approval certificate number" "检验检测机构资质认定管理办法";
    Cnas "cnas" "认可注册号" / "Accreditation number" "中国合格评定国家认可委员会";
    DeviceCode "device_code" "特种设备设备代码" / "Special equipment device code" "TSG 设备代码编号方法";
    RegCode "reg_code" "特种设备注册代码（旧）" / "Special equipment registration code (old)" "特种设备注册代码编制规定";
    UseCert "use_cert" "特种设备使用登记证编号" / "Special equipment use registration certificate number" "TSG 08-2017";
    Ts "ts" "特种设备许可证编号" / "Special equipment licence number" "TSG 07-2019";
    OpItem "op_item" "特种设备作业项目代号" / "Operator item code" "TSG Z6001-2019";
    OpCertOld "op_cert_old" "特种设备作业人员证编号（旧）" / "Operator certificate number (old)" "特种设备作业人员监督管理办法";
    Metrology "metrology" "计量器具型式批准、制造许可编号" / "Measuring instrument approval or licence number" "计量法";
    StdNo "std_no" "标准编号" / "Standard number" "GB/T 1.1-2020";
    Iso4217 "iso4217" "货币代码" / "Currency code" "ISO 4217（GB/T 12406）";
    Iso3166a3 "iso3166a3" "国家和地区代码（3位字母）" / "Country code (3 letters)" "ISO 3166-1（GB/T 2659.1-2022）";
    Iso3166a2 "iso3166a2" "国家和地区代码（2位字母）" / "Country code (2 letters)" "ISO 3166-1（GB/T 2659.1-2022）";
    Hs "hs" "商品编号（HS编码）" / "Commodity code (HS)" "进出口税则";
    Wto "wto" "WTO通报号" / "WTO notification number" "TBT协定、SPS协定";
    DocNo "docno" "发文字号" / "Document number" "GB/T 9704-2012";
    CaseNo "caseno" "文书编号" / "Case document number" "市场监督管理行政处罚文书格式";
    Vin "vin" "车辆识别代号" / "Vehicle identification number" "GB 16735-2019";
    Plate "plate" "机动车号牌号码" / "Licence plate number" "GA 36";
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_name_leads_back_to_its_kind() {
        for &kind in Kind::all() {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert!(!kind.title().is_empty() && !kind.rule().is_empty());
        }
        assert_eq!(Kind::from_name("isbn"), None);
        assert_eq!(Kind::from_name("USCC"), None);
    }
}
