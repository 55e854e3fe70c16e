/** A server with one bucket, which keeps objects in memory: for the classes that transfers take. */
class Bucket {
  public static void main(String[] arguments) throws Exception {
    var objects = new java.util.TreeMap<String, byte[]>();
    var server = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/b/", request -> {
      byte[] body = request.getRequestBody().readAllBytes();
      String key = request.getRequestURI().getPath().substring(3);
      byte[] found = objects.get(key);
      if (request.getRequestMethod().equals("PUT")) objects.put(key, body);
      int status = found != null || request.getRequestMethod().equals("PUT") ? 200 : 404;
      byte[] answer = status == 200 && !request.getRequestMethod().equals("PUT") ? found : new byte[0];
      String range = request.getRequestHeaders().getFirst("Range");
      if (range != null && status == 200) {
        String[] ends = range.substring(6).split("-");
        int from = Integer.parseInt(ends[0]), to = Math.min(answer.length, Integer.parseInt(ends[1]) + 1);
        request.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + answer.length);
        answer = java.util.Arrays.copyOfRange(answer, from, to);
        status = 206;
      }
      answer(request, status, answer);
    });
    server.createContext("/b", request -> {
      request.getRequestBody().readAllBytes();
      String prefix = request.getRequestURI().getPath().equals("/b") ? request.getRequestURI().getQuery() : "";
      prefix = prefix.contains("prefix=") ? prefix.substring(prefix.indexOf("prefix=") + 7).split("&")[0] : "";
      var list = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>");
      for (var each : objects.tailMap(prefix).entrySet())
        if (each.getKey().startsWith(prefix))
          list.append("<Contents><Key>" + each.getKey() + "</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>1</ETag><Size>" + each.getValue().length + "</Size></Contents>");
      answer(request, 200, list.append("</ListBucketResult>").toString().getBytes());
    });
    server.start();
    java.nio.file.Files.writeString(java.nio.file.Path.of("port"), "" + server.getAddress().getPort());
  }
  static void answer(com.sun.net.httpserver.HttpExchange request, int status, byte[] answer) throws java.io.IOException {
    request.getResponseHeaders().set("ETag", "1");
    request.getResponseHeaders().set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
    boolean isHead = request.getRequestMethod().equals("HEAD");
    if (isHead) request.getResponseHeaders().set("Content-Length", "" + answer.length);
    request.sendResponseHeaders(status, isHead || answer.length == 0 ? -1 : answer.length);
    if (!isHead) request.getResponseBody().write(answer);
    request.close();
  }
}
