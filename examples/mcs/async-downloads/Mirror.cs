using System;
using System.Threading.Tasks;

namespace Downloads
{
    public sealed class Mirror
    {
        private readonly IDownloader downloader;

        public Mirror(IDownloader downloader)
        {
            this.downloader = downloader;
        }

        public async Task CopyAsync(string[] addresses)
        {
            foreach (string address in addresses)
            {
                try
                {
                    downloader.FetchAsync(address);
                    await Task.Yield();
                }
                catch (Exception failure)
                {
                    Console.WriteLine("failed: " + address);
                }
            }
        }
    }
}
