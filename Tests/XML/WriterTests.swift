import Testing
import XML

@Suite struct WriterTests {
    @Test func writesAnAnswerOfS3() {
        var xml = XMLWriter()
        xml.element("ListBucketResult", namespace: "http://s3.amazonaws.com/doc/2006-03-01/") {
            $0.element("Name", "bucket")
            $0.element("Prefix", "")
            $0.element("MaxKeys", 1000)
            $0.element("IsTruncated", false)
            $0.element(ifPresent: "NextContinuationToken", nil)
            $0.element("Contents") { $0.element("Key", Array("a&b".utf8)) }
            $0.emptyElement("Owner")
            $0.element("Grantee", attributes: [("xsi:type", "Group"), ("x", "\"\n<")]) {
                $0.append("t")
            }
        }
        #expect(
            xml.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>\
                <Prefix></Prefix><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>\
                <Contents><Key>a&amp;b</Key></Contents><Owner/>\
                <Grantee xsi:type="Group" x="&quot;&#10;&lt;">t</Grantee></ListBucketResult>
                """
        )
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("<&>\"'", "&lt;&amp;&gt;&quot;'"),
        ("a\r\n\tb", "a&#13;\n\tb"),
        ("\u{0}\u{1}\u{1F}\u{7F}", "&#x0;&#x1;&#x1f;\u{7F}"), ("é€😀", "é€😀"),
        ("\u{FFFE}\u{FFFF}\u{FFFD}\u{FEFF}", "&#xfffe;&#xffff;\u{FFFD}\u{FEFF}"),
        ("&&", "&amp;&amp;"),
    ])
    func escapesText(text: String, written: String) {
        var xml = XMLWriter(hasDeclaration: false)
        xml.append(text)
        xml.append(Array(text.utf8))
        #expect(xml.text == written + written)
    }

    @Test func writesWhatTheReaderReadsBack() throws {
        let text =
            String(String.UnicodeScalarView((1...0x2FF).compactMap { Unicode.Scalar(UInt32($0)) }))
            + "\u{FFFF}😀"
        var xml = XMLWriter()
        xml.element("a", attributes: [("b", text)]) { $0.append(text) }
        let root = try XML.parse(xml.bytes)
        #expect(root.text == text)
        #expect(root.attribute("b") == text)
    }
}
