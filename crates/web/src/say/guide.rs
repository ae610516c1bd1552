//! What the page of help says.

say! {
    Guide {}
    help_find: "查找" / "Finding",
    help_find_text: "任何页面按 / 或 Ctrl K 到搜索框，输入名称、代码、地址的任意两个字以上，方向键选择，回车打开。" / "On any page press / or Ctrl K for the search box, type two or more characters, choose with the arrow keys, open with Enter.",
    help_list_text: "列表的查询条件在网址里：把网址发给同事，对方看到同样的查询（权限不同，结果可能不同）。常用的查询可以存为视图。" / "A list's query stands in its address: send it to a colleague to show the same question. Save what you use often as a view.",
    help_form: "填写" / "Filling in",
    help_form_text: "日期可以整段粘贴；代码的空格、全角字符会自动整理。填错了会回到原页，内容都在。登录过期后重新登录，刚才填的内容会回来。" / "Dates can be pasted whole; spaces and full-width characters in codes are tidied. Nothing typed is lost by an error or an ended session.",
    help_conflict_text: "两人同时修改同一条记录时，不冲突的修改会合并，冲突的逐项请您选择。" / "When two people change a record at once, what does not conflict is joined and you choose for the rest.",
    help_private: "个人信息" / "Personal information",
    help_private_text: "姓名、电话、证件号码等默认遮盖。有权限的人写明理由后可以查看一次，查看会记入账本。" / "Names, telephones and identity numbers are masked. Those with the right may reveal one with a reason; that is written into the ledger.",
    help_ledger: "历史与账本" / "History and ledger",
    help_ledger_text: "您能看的记录，都能看到谁在什么时候改了什么，也能看某一天的登记情况。账本可以校验，改动、删除或插入都会被发现。" / "Every record that you may see shows who changed what and when, and how it stood on any day. The ledger can be verified.",
    key: "键" / "Key",
    key_does: "作用" / "Does",
    key_search: "到搜索框" / "To the search box",
    key_new: "新建" / "New",
    keys_note: "单键快捷键可以在账号设置里关闭。" / "Single-key shortcuts can be switched off in the account page.",
    ask_title: "查询条件的写法" / "How to write filters",
    ask_write: "写法" / "Write",
    ask_means: "意思" / "Means",
    ask_range: "日期和数字的范围，两端可以空一端" / "A range of dates or numbers; either end may be left open",
    ask_division: "区划及其所有下级" / "A division with all below it",
    ask_prefix: "代码以此开头" / "Codes that begin so",
    ask_empty: "没有填写／填写了的" / "Without a value / with any value",
    api_docs: "接口文档" / "API documentation",
}
