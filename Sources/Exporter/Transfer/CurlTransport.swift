// Requests through libcurl, one easy handle each, blocking the calling thread.
//
// Every request opens a connection of its own. On a reused one libcurl sends a request again by
// itself when the peer closed it meanwhile; for a create-only write that would turn our own success
// into a 412 that looks like a stranger's file. A handshake per file is nothing beside an upload.
//
// libcurl signs (CURLOPT_AWS_SIGV4). With 7.88 that is right if path and query are canonical
// (`TransferURL`), `x-amz-content-sha256` is given, no header is only there to remove one of curl's
// own (it would be signed but not sent), and no header's name is another's name followed by `-`
// (curl sorts whole lines, where `-` comes before `:`).

import CCurl
import Platform

/// The transport that talks to the network.
package struct CurlTransport: Transport {
    package let limits: TransferLimits
    /// Sent with every request, `exporter/VERSION`.
    package let userAgent: String

    package init(userAgent: String, limits: TransferLimits = TransferLimits()) {
        self.userAgent = userAgent
        self.limits = limits
    }

    /// curl's own set-up, once in a process.
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    package func perform(_ request: TransferRequest) throws(TransferFailure) -> TransferAnswer {
        guard CurlTransport.isReady, let handle = curl_easy_init() else {
            throw TransferFailure(
                reach: .notSent,
                reason: .local,
                message: "libcurl: can't be set up"
            )
        }
        defer { curl_easy_cleanup(handle) }
        let exchange = CurlExchange(request, limits: limits)
        let headers = try headerList(of: request)
        defer { curl_slist_free_all(headers) }
        // curl keeps pointers to `exchange` and `headers`; both live until the handle is done.
        let code = withExtendedLifetime(exchange) {
            configure(handle, request, headers, exchange) ?? curl_easy_perform(handle)
        }
        guard code == CURLE_OK else { throw failure(code, handle, request, exchange) }
        return exchange.answer()
    }

    /// The header lines for curl; the caller frees the list.
    private func headerList(
        of request: TransferRequest
    ) throws(TransferFailure) -> UnsafeMutablePointer<curl_slist>? {
        var headers = request.headers
        if let signing = request.signing {
            headers.append(("x-amz-content-sha256", request.bodySHA256))
            if let token = signing.credentials.sessionToken {
                headers.append(("x-amz-security-token", token))
            }
        }
        if let problem = CurlTransport.problem(inHeaders: headers) {
            throw TransferFailure(reach: .notSent, reason: .local, message: problem)
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for (name, value) in headers { list = curl_slist_append(list, "\(name): \(value)") }
        return list
    }

    /// Why these headers can't be sent or would not be signed rightly; nil when they can.
    package static func problem(inHeaders headers: [(name: String, value: String)]) -> String? {
        let names = headers.map { $0.name.lowercased() }
        for (name, value) in headers {
            if value.isEmpty { return "header `\(name)` is empty" }
            if (name + value).utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                return "header `\(name)` holds a control character"
            }
            if names.contains(where: { $0.hasPrefix(name.lowercased() + "-") }) {
                return "header `\(name)` can't be signed beside a longer name that starts like it"
            }
        }
        return nil
    }

    /// Sets every option; nil when all went well, else curl's complaint.
    private func configure(
        _ handle: UnsafeMutableRawPointer,
        _ request: TransferRequest,
        _ headers: UnsafeMutablePointer<curl_slist>?,
        _ exchange: CurlExchange
    ) -> CURLcode? {
        let me = Unmanaged.passUnretained(exchange).toOpaque()
        var settings: [CURLcode] = [
            ccurl_set_text(handle, CURLOPT_URL, request.url.description),
            ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1),
            ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            // An empty proxy also turns off the environment's `http_proxy`.
            ccurl_set_text(handle, CURLOPT_PROXY, ""),
            ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1),
            ccurl_set_long(handle, CURLOPT_FORBID_REUSE, 1),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, limits.connectMilliseconds),
            ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1),
            ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, limits.stallSeconds),
            ccurl_set_text(handle, CURLOPT_USERAGENT, userAgent),
            ccurl_set_headers(handle, headers),
            ccurl_set_pointer(handle, CURLOPT_HEADERDATA, me),
            ccurl_set_write(handle, CURLOPT_HEADERFUNCTION, CurlExchange.receiveHead),
            ccurl_set_pointer(handle, CURLOPT_WRITEDATA, me),
            ccurl_set_write(handle, CURLOPT_WRITEFUNCTION, CurlExchange.receiveBody),
            ccurl_set_pointer(handle, CURLOPT_READDATA, me),
            ccurl_set_read(handle, CurlExchange.sendBody),
            // A body that was refused before it was sent (417) is offered again from its start.
            ccurl_set_pointer(handle, CURLOPT_SEEKDATA, me),
            ccurl_set_seek(handle, CurlExchange.seekBody),
        ]
        switch request.method {
        case .get: settings.append(ccurl_set_long(handle, CURLOPT_HTTPGET, 1))
        case .head: settings.append(ccurl_set_long(handle, CURLOPT_NOBODY, 1))
        case .delete: settings.append(ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, "DELETE"))
        case .put:
            settings.append(ccurl_set_long(handle, CURLOPT_UPLOAD, 1))
            settings.append(
                ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.count))
            )
        case .post:
            settings.append(ccurl_set_long(handle, CURLOPT_POST, 1))
            settings.append(
                ccurl_set_offset(
                    handle,
                    CURLOPT_POSTFIELDSIZE_LARGE,
                    curl_off_t(request.body.count)
                )
            )
        }
        if let signing = request.signing {
            settings += [
                ccurl_set_text(
                    handle,
                    CURLOPT_AWS_SIGV4,
                    "aws:amz:\(signing.region):\(signing.service)"
                ),
                ccurl_set_text(handle, CURLOPT_USERNAME, signing.credentials.accessKeyID),
                ccurl_set_text(handle, CURLOPT_PASSWORD, signing.credentials.secretAccessKey),
            ]
        }
        return settings.first { $0 != CURLE_OK }
    }

    private func failure(
        _ code: CURLcode,
        _ handle: UnsafeMutableRawPointer,
        _ request: TransferRequest,
        _ exchange: CurlExchange
    ) -> TransferFailure {
        var sentHeadBytes = 0
        _ = ccurl_get_long(handle, CURLINFO_REQUEST_SIZE, &sentHeadBytes)
        let reach: TransferFailure.Reach =
            sentHeadBytes == 0 ? .notSent : exchange.handedOut < request.body.count ? .cut : .sent
        let said = "\(request.url.origin): \(String(cString: curl_easy_strerror(code)))"
        if let error = exchange.localError {
            return TransferFailure(reach: reach, reason: .local, message: error)
        }
        if exchange.answerIsTooLarge {
            return TransferFailure(
                reach: reach,
                reason: .answerTooLarge,
                message: "\(request.url.origin): the answer is too large"
            )
        }
        let reason: TransferFailure.Reason =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .hostNotFound
            case CURLE_COULDNT_CONNECT: .notConnected
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
                .certificate
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY,
                CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION:
                .local
            default: .connectionLost
            }
        return TransferFailure(reach: reach, reason: reason, message: said)
    }
}
