import Testing
import XML

@Suite struct ReaderTests {
    @Test func readsARequestBodyOfS3() throws {
        let root = try XML.parse(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Object><Key>a &amp; b</Key></Object>
              <Object><Key>c</Key><VersionId>null</VersionId></Object>
              <Quiet>true</Quiet>
            </Delete>
            """
        )
        #expect(root.name == "Delete")
        #expect(root.attribute("xmlns") == "http://s3.amazonaws.com/doc/2006-03-01/")
        #expect(root.children(named: "Object").map { $0.text(of: "Key") } == ["a & b", "c"])
        #expect(root.children(named: "Object").map { $0.text(of: "VersionId") } == [nil, "null"])
        #expect(root.text(of: "Quiet") == "true")
        #expect(root.child("Quiet")?.line == 5)
        #expect(root.child("Quiet")?.column == 3)
    }

    @Test func keepsPrefixesApartFromNames() throws {
        let root = try XML.parse(
            #"<a:Grantee xmlns:a="u" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><a:URI/></a:Grantee>"#
        )
        #expect(root.prefix == "a")
        #expect(root.name == "Grantee")
        #expect(root.attribute("type") == "Group")
        #expect(root.attributes.map(\.prefix) == ["xmlns", "xmlns", "xsi"])
        #expect(root.children.map(\.name) == ["URI"])
    }

    @Test(arguments: [
        ("<a/>", ""), ("<a></a>", ""), ("<a>  x </a>", "  x "),
        ("<a>&lt;&gt;&amp;&quot;&apos;</a>", "<>&\"'"),
        ("<a>&#65;&#x42;&#x0043;</a>", "ABC"), ("<a>&#x1;</a>", "\u{1}"),
        ("<a>&#13;&#10;</a>", "\r\n"),
        ("<a>&#x1F600;é</a>", "😀é"), ("<a>1\r\n2\r3\n4</a>", "1\n2\n3\n4"),
        ("<a><![CDATA[<b> & ]] ]>]]></a>", "<b> & ]] ]>"),
        ("<a>1<!-- - no -->2<?p i?>3</a>", "123"),
        ("<a>1<b>2</b>3</a>", "13"), ("<a >x</a  >", "x"), ("<a>></a>", ">"), ("<a>]]</a>", "]]"),
        ("\u{FEFF}<a>x</a>", "x"),
        ("<?xml version='1.0'?><!-- c --><?p?><a>x</a><!-- d -->\n", "x"),
        ("<a>&#xFFFF;</a>", "\u{FFFF}"), ("<a><![CDATA[]]></a>", ""),
    ])
    func readsText(document: String, text: String) throws {
        #expect(try XML.parse(document).text == text)
    }

    @Test(arguments: [
        (#"<a b="c"/>"#, "c"), ("<a b='c\"d'/>", "c\"d"), ("<a b = \"c\"/>", "c"),
        ("<a b=\"1\t2\r\n3\n4\"/>", "1 2 3 4"), ("<a b='&#9;&lt;&quot;'/>", "\t<\""),
        ("<a b=''></a>", ""),
    ])
    func readsAttributes(document: String, value: String) throws {
        #expect(try XML.parse(document).attribute("b") == value)
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected an element, met the end of the document"),
        ("text", "line 1, column 1: expected an element, met text"),
        ("<a>", "line 1, column 1: the element `a` that opens here never ends"),
        ("<a>\n <b>\n</a>", "line 3, column 1: expected `</b>`, met `</a>`"),
        ("<x:a></a>", "line 1, column 6: expected `</x:a>`, met `</a>`"),
        ("<a/><b/>", "line 1, column 5: expected the end of the document after its element `a`"),
        ("<a/>x", "line 1, column 5: expected the end of the document after its element `a`"),
        (
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "line 1, column 1: a document type declaration is not allowed"
        ),
        ("<a><!ELEMENT b></a>", "line 1, column 4: a declaration is not allowed inside an element"),
        ("<a>&nbsp;</a>", "line 1, column 4: unknown entity `&nbsp;`"),
        (
            "<a>é & b</a>",
            "line 1, column 6: `&` starts a reference that doesn't end: write `&amp;` for the character"
        ),
        ("<a>&#0;</a>", "line 1, column 4: `&#0;` is no character"),
        ("<a>&#xD800;</a>", "line 1, column 4: `&#xD800;` is no character"),
        ("<a>&#x110000;</a>", "line 1, column 4: `&#x110000;` is no character"),
        ("<a>&#x-1;</a>", "line 1, column 4: `&#x-1;` is no character"),
        ("<a>&#+65;</a>", "line 1, column 4: `&#+65;` is no character"),
        ("<a>&#;</a>", "line 1, column 4: `&#;` is no character"),
        ("<a>&#X41;</a>", "line 1, column 4: `&#X41;` is no character"),
        ("<a>\u{1}</a>", "line 1, column 4: control character: it can only stand as `&#x1;`"),
        (
            "<a><!--\u{2}--></a>",
            "line 1, column 8: control character: it can only stand as `&#x2;`"
        ),
        ("<a>\u{FFFE}</a>", "line 1, column 4: U+FFFE and U+FFFF are no characters"),
        ("<a>]]></a>", "line 1, column 4: `]]>` is not allowed in text"),
        ("<a b='1' b='2'/>", "line 1, column 10: duplicate attribute `b`"),
        ("<a b='1'c='2'/>", "line 1, column 9: expected white space before the attribute"),
        ("<a b=1/>", "line 1, column 6: expected the value of the attribute `b` in quotes"),
        ("<a b/>", "line 1, column 5: expected `=` after the attribute `b`"),
        ("<a b='<'/>", "line 1, column 7: `<` is not allowed in the value of `b`: write `&lt;`"),
        ("<a b='x", "line 1, column 6: the value of the attribute `b` never ends"),
        ("<a b='x'", "line 1, column 9: expected `>`, `/>` or an attribute in the tag `<a`"),
        ("<a $/>", "line 1, column 4: expected `>`, `/>` or an attribute in the tag `<a`"),
        ("< a/>", "line 1, column 2: expected an element's name"),
        ("<1/>", "line 1, column 2: expected an element's name"),
        ("<a:b:c/>", "line 1, column 2: `a:b:c` is no name with one prefix"),
        ("<:a/>", "line 1, column 2: `:a` is no name with one prefix"),
        ("<a: />", "line 1, column 2: `a:` is no name with one prefix"),
        ("<a><!-- a -- b --></a>", "line 1, column 11: `--` is not allowed inside a comment"),
        ("<a><!-- x", "line 1, column 4: the comment that opens here never ends"),
        ("<a><![CDATA[ x", "line 1, column 4: the CDATA section that opens here never ends"),
        ("<a><?x", "line 1, column 4: the processing instruction that opens here never ends"),
        (
            " <?xml version='1.0'?><a/>",
            "line 1, column 2: the XML declaration must stand at the very start"
        ),
        (
            "<?xml encoding='UTF-8'?><a/>",
            "line 1, column 1: the XML declaration lacks `version=\"1.0\"`"
        ),
        (
            "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
            "line 1, column 1: unsupported encoding `ISO-8859-1`: only UTF-8 is read"
        ),
        (
            "<?xml version='1.0'><a/>",
            "line 1, column 20: expected `?>` at the end of the XML declaration"
        ),
        ("<a></a", "line 1, column 7: expected `>` at the end of the tag `</a`"),
    ])
    func refuses(document: String, error: String) {
        #expect(refusal(of: document) == error)
    }

    private func refusal(of document: String) -> String {
        do {
            _ = try XML.parse(document)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: XMLError.self) {
            try XML.parse(Array("<a>é".utf8) + [0xFF] + Array("</a>".utf8))
        }
        #expect(throws: XMLError.self) { try XML.parse([0xFE, 0xFF, 0x00, 0x3C]) }
    }

    @Test func allowsDepthUpToItsLimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        let limits = XML.Limits(depth: 8)
        #expect(try XML.parse(nested(8), limits: limits).name == "a")
        #expect(throws: XMLError.self) { try XML.parse(nested(9), limits: limits) }
        #expect(throws: XMLError.self) { try XML.parse(nested(100_000)) }
    }

    @Test func allowsBytesAndAttributesUpToTheirLimits() throws {
        #expect(try XML.parse("<a>12</a>", limits: XML.Limits(bytes: 9)).text == "12")
        #expect(throws: XMLError.self) { try XML.parse("<a>123</a>", limits: XML.Limits(bytes: 9)) }
        #expect(
            try XML.parse("<a b='' c=''/>", limits: XML.Limits(attributes: 2)).attributes.count == 2
        )
        #expect(throws: XMLError.self) {
            try XML.parse("<a b='' c='' d=''/>", limits: XML.Limits(attributes: 2))
        }
    }

    @Test func neverCrashesOnAByteChangedOrCut() {
        let document = Array(
            "<?xml version=\"1.0\"?><a b='c&#x41;'><!-- x --><![CDATA[é]]>&amp;<d/>\r\n</a>".utf8
        )
        for index in document.indices {
            _ = try? XML.parse(Array(document[..<index]))
            for byte: UInt8 in [0x00, 0x26, 0x2F, 0x3C, 0x3E, 0x5D, 0x80, 0xEF, 0xFF] {
                var changed = document
                changed[index] = byte
                _ = try? XML.parse(changed)
            }
        }
    }
}
